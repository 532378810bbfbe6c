import { expect, test } from "@jest/globals";
import { RainhooksError } from "@rainhooks/core/errors";
import { readRule } from "./read-rule.ts";
import { ruleJson } from "./rule-text.ts";

const OFFLINE = { name: "offline-10m", kind: "offline", for: "10m" };
const HOT = { name: "hot", kind: "threshold", series: "Room.Temperature", above: 30 };
const FLAPPING = { name: "flapping", kind: "flapping", count: 5, window: "10m" };
const RATE = { name: "leak", kind: "rate", series: "Tank.Level", change: 5, window: "10m" };
const OUTAGE = { name: "site", kind: "outage", by: "tag" };
const loop = (count: number) =>
  Array.from({ length: count }, () => "node.tags.all(t, true)").join(" && ");

/** Rules that are wrong, each as JSON, and what the message must say. */
const BAD: readonly (readonly [text: string, says: RegExp])[] = [
  ["", /is not JSON/],
  ["{", /is not JSON/],
  ["null", /must be a JSON object, not null/],
  ["[]", /must be a JSON object, not a list of 0/],
  ['"offline"', /must be a JSON object/],
  ["42", /must be a JSON object, not 42/],
  ["{}", /kind must be one of offline/],
  [`${"[".repeat(5000)}${"]".repeat(2999)}`, /is not JSON/],
  [
    `{"name":"a","kind":"offline","x":${"[".repeat(900)}${"]".repeat(900)}}`,
    /is nested too deeply/,
  ],
  [JSON.stringify({ ...OFFLINE, description: "x".repeat(10_000) }), /more than 8000/],
  ['{"kind":"offline","for":"10m"}', /name is missing/],
  ['{"name":"a","for":"10m"}', /Rule a: kind must be one of/],
  ['{"name":"a","kind":"offline"}', /Rule a: for is missing/],
  ...[
    [{ ...OFFLINE, kind: "ofline" }, /kind must be one of .*not "ofline"/],
    [{ ...OFFLINE, kind: "constructor" }, /kind must be one of/],
    [{ ...OFFLINE, kind: "__proto__" }, /kind must be one of/],
    [{ ...OFFLINE, kind: ["offline"] }, /kind must be one of .*a list of 1/],
    [{ ...OFFLINE, name: "" }, /The rule: name must be/],
    [{ ...OFFLINE, name: "Offline 10" }, /name must be/],
    [{ ...OFFLINE, name: "a".repeat(51) }, /name must be/],
    [{ ...OFFLINE, name: "a\nb" }, /name must be/],
    [{ ...OFFLINE, name: "../etc" }, /name must be/],
    [
      { ...OFFLINE, for: 600 },
      /for must be a duration from 1m to 7d, such as 30s, 5m, 2h or 7d, not 600/,
    ],
    [{ ...OFFLINE, for: "10" }, /for must be a duration/],
    [{ ...OFFLINE, for: "10 m" }, /for must be a duration/],
    [{ ...OFFLINE, for: "-10m" }, /for must be a duration/],
    [{ ...OFFLINE, for: "1s" }, /for must be a duration from 1m/],
    [{ ...OFFLINE, for: "8d" }, /for must be a duration from 1m to 7d/],
    [{ ...OFFLINE, for: "1e9h" }, /for must be a duration/],
    [{ ...OFFLINE, for: null }, /for must be a duration .*not null/],
    [{ ...OFFLINE, form: "10m" }, /has no field "form". Its fields are name, kind/],
    [{ ...OFFLINE, above: 3 }, /this kind has no field "above"/],
    [{ ...OFFLINE, toString: "x" }, /has no field "toString"/],
    [{ ...OFFLINE, severity: "urgent" }, /severity must be one of low, medium, high, critical/],
    [{ ...OFFLINE, description: "a\u0000b" }, /description must be a text/],
    [{ ...OFFLINE, description: 7 }, /description must be a text/],
    [{ ...OFFLINE, destinations: "crm" }, /destinations must be a list/],
    [{ ...OFFLINE, destinations: [] }, /destinations must be a list/],
    [{ ...OFFLINE, destinations: ["a b"] }, /destinations \[0\] must be the name of a destination/],
    [{ ...OFFLINE, destinations: [{}] }, /destinations \[0\] must be the name of a destination/],
    [{ ...OFFLINE, latch: "yes" }, /latch must be true or false/],
    [{ ...OFFLINE, reAlarm: "1s" }, /reAlarm must be a duration from 5m/],
    [{ ...OFFLINE, where: 1 }, /where must be a CEL expression/],
    [{ ...OFFLINE, where: " " }, /where must not be empty/],
    [{ ...OFFLINE, where: "node.type ==" }, /where cannot be read/],
    [{ ...OFFLINE, where: 'node.typo == "x"' }, /where cannot be read: No such key: typo/],
    [{ ...OFFLINE, where: "node.type" }, /where must be true or false, but it is string/],
    [{ ...OFFLINE, where: "node.type == 1" }, /where cannot be read/],
    [{ ...OFFLINE, where: 'node.constructor == ""' }, /where cannot be read/],
    [{ ...OFFLINE, where: 'node["__proto__"] == ""' }, /where cannot be read/],
    [{ ...OFFLINE, where: 'process.exit() == ""' }, /where must not call exit/],
    [{ ...OFFLINE, where: "value > 3.0" }, /where cannot be read/],
    [{ ...OFFLINE, where: 'node.id.matches("^(a+)+$")' }, /where must not call matches/],
    [{ ...OFFLINE, where: 'node.tags.all(t, t != "a")' }, /where must not call all/],
    [{ ...OFFLINE, where: "[1,2].map(x, x * 2).size() > 1" }, /where must not call map/],
    [{ ...OFFLINE, where: loop(3) }, /where must not call all/],
    [
      { ...OFFLINE, where: `node.id == "${"x".repeat(1100)}"` },
      /where must have up to 1000 characters/,
    ],
    [
      { ...OFFLINE, where: Array.from({ length: 40 }, () => "true").join(" || ") },
      /where cannot be read/,
    ],
    [{ ...OFFLINE, where: `${"(".repeat(90)}true${")".repeat(90)}` }, /where cannot be read/],
    [{ ...OFFLINE, where: '{"a": true}.a' }, /where must not call \{\}|where cannot be read/],
    [{ ...HOT, above: undefined }, /above is missing, and so are below and when/],
    [{ ...HOT, above: "30" }, /above must be a number/],
    [{ ...HOT, above: null }, /above must be a number/],
    [{ ...HOT, series: "" }, /series must be a text/],
    [{ ...HOT, series: undefined }, /series is missing/],
    [{ ...HOT, hysteresis: -1 }, /hysteresis must be a number/],
    [{ ...HOT, below: 29, hysteresis: 1 }, /above must be greater than below/],
    [{ ...HOT, when: "value > 30" }, /when cannot be combined/],
    [
      { ...HOT, above: undefined, when: "value > 30", hysteresis: 1 },
      /hysteresis needs above or below/,
    ],
    [{ ...FLAPPING, count: 1 }, /count must be a whole number from 2/],
    [{ ...FLAPPING, count: 2.5 }, /count must be a whole number/],
    [{ ...FLAPPING, window: "2d" }, /window must be a duration from 1m to 1d/],
    [{ ...OUTAGE, by: undefined }, /by is missing/],
    [
      { ...OUTAGE, by: "colour" },
      /by must be one of tag, type, model, firmware, fleet, not "colour"/,
    ],
    [{ ...OUTAGE, share: 50 }, /share must be a number from 0.01 to 1, not 50/],
    [{ ...OUTAGE, share: "50%" }, /share must be a number/],
    [{ ...OUTAGE, share: 0 }, /share must be a number/],
    [{ ...OUTAGE, count: 1 }, /count must be a whole number from 2/],
    [{ ...OUTAGE, for: "2h" }, /for must be a duration from 0s to 1h/],
    [{ ...OUTAGE, series: "T" }, /this kind has no field "series"/],
    [{ ...RATE, change: 0 }, /change must be a number/],
    [{ ...OFFLINE, name: ["a"] }, /name must be/],
    [{ ...OFFLINE, description: ["a"] }, /description must be a text/],
    [{ ...OFFLINE, description: "" }, /description must be a text/],
    [{ ...OFFLINE, description: "x".repeat(2000) }, /description must be a text/],
    [{ ...OFFLINE, for: ["10m"] }, /for must be a duration/],
    [
      { ...OFFLINE, destinations: ["crm", 7] },
      /destinations \[1\] must be the name of a destination/,
    ],
    [
      { ...OFFLINE, destinations: ["crm", ["erp"]] },
      /destinations \[1\] must be the name of a destination/,
    ],
    [
      { ...OFFLINE, destinations: Array.from({ length: 21 }, (_, n) => `d${n}`) },
      /destinations must be a list/,
    ],
    [{ name: "quiet", kind: "silent" }, /Rule quiet: for is missing/],
    [{ name: "quiet", kind: "silent", for: "59m" }, /for must be a duration from 1h to 7d/],
    [{ ...FLAPPING, count: undefined }, /count is missing/],
    [{ ...FLAPPING, count: 101 }, /count must be a whole number from 2 to 100/],
    [{ ...FLAPPING, count: "5" }, /count must be a whole number/],
    [{ ...FLAPPING, window: undefined }, /window is missing/],
    [{ ...FLAPPING, kind: undefined }, /kind must be one of/],
    [{ ...RATE, change: undefined }, /change is missing/],
    [{ ...RATE, window: undefined }, /window is missing/],
    [{ ...HOT, for: "25h" }, /for must be a duration from 0s to 1d/],
    [{ ...RATE, direction: "sideways" }, /direction must be one of up, down, any/],
  ].map(([rule, says]) => [JSON.stringify(rule), says as RegExp] as const),
  [
    '{"name":"a","kind":"offline","for":"10m","__proto__":{"latch":true}}',
    /has no field "__proto__"/,
  ],
];

test.each(BAD)("a wrong rule is refused in one clear line: %.80s", (text, says) => {
  let message = "";
  try {
    readRule(text);
  } catch (error) {
    expect(error).toBeInstanceOf(RainhooksError);
    message =
      error instanceof RainhooksError && error.code === "rules-invalid" ? error.message : "";
  }
  expect(message).toMatch(says);
  expect(message).not.toContain("\n");
  expect(message.length).toBeLessThan(400);
});

test("all wrong fields of a rule are said at once, each with its name", () => {
  const wrong = {
    kind: "rate",
    name: "A",
    window: "soon",
    direction: "in",
    where: "node.id ==",
    latch: 1,
  };
  expect(() => readRule(JSON.stringify(wrong))).toThrow(
    expect.objectContaining({
      mistakes: ["name", "where", "latch", "series", "change", "direction", "window"].map((field) =>
        expect.objectContaining({ field }),
      ),
    }),
  );
});

test("there are at least 60 of them", () => {
  expect(BAD.length).toBeGreaterThanOrEqual(60);
});

test.each([
  OFFLINE,
  {
    ...OFFLINE,
    severity: "high",
    where: 'node.type == "thermostat" && "site:pune" in node.tags',
    latch: true,
  },
  {
    name: "quiet",
    kind: "silent",
    for: "2d",
    reAlarm: "4h",
    destinations: ["crm"],
    description: "No data",
  },
  FLAPPING,
  { ...HOT, below: 10, hysteresis: 0.5, for: "10m" },
  {
    name: "mode",
    kind: "threshold",
    series: "Room.Mode",
    when: 'text == "error" || text.startsWith("fail")',
  },
  { name: "half", kind: "threshold", series: "Room.T", when: "value / 2 >= 15.0 || value == 1" },
  RATE,
  OUTAGE,
  { ...OUTAGE, by: "firmware", share: 0.25, count: 100, for: "2m", where: 'node.type == "light"' },
])("a rule is the same after a way through JSON: %j", (given) => {
  const rule = readRule(JSON.stringify(given));
  const json = ruleJson(rule);
  expect(json).toMatchObject(given);
  expect(readRule(JSON.stringify(json))).toEqual(rule);
});

test.each([
  { ...OFFLINE, for: "7d", name: `a${"-".repeat(49)}` },
  { ...OFFLINE, for: "1m", destinations: Array.from({ length: 20 }, (_, n) => `d${n}`) },
  { name: "quiet", kind: "silent", for: "1h" },
  { ...FLAPPING, count: 100, window: "1d" },
  { ...OUTAGE, share: 1 },
  { ...HOT, below: 28, hysteresis: 1 },
  { ...HOT, above: undefined, below: 10, hysteresis: 40 },
  { ...HOT, above: -10, hysteresis: 40 },
])("a rule may go to its limits: %j", (given) => {
  expect(ruleJson(readRule(JSON.stringify(given)))).toMatchObject(
    JSON.parse(JSON.stringify(given)),
  );
});

test("a rule is read up to 8,000 characters, and has only the fields that are set or have a default", () => {
  expect(readRule(JSON.stringify(OFFLINE).padEnd(8000)).name).toBe("offline-10m");
  expect(Object.keys(readRule(JSON.stringify(OFFLINE))).toSorted()).toEqual([
    "forMs",
    "kind",
    "name",
    "severity",
  ]);
  expect(readRule(JSON.stringify(HOT))).toMatchObject({
    forMs: 0,
    hysteresis: 0,
    severity: "medium",
  });
});
