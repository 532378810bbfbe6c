import { beforeEach, expect, test } from "@jest/globals";
import fc from "fast-check";
import { openDom } from "./testing/dom.ts";

const dom = await openDom();
const { durationText, inZone, isZone, BROWSER_ZONE, timeAt, timeText, zone } = await import(
  "./time.ts"
);
const { go, setParams } = await import("./address.ts");
const { commandOf, readStage, stage } = await import("./api.ts");

beforeEach(() => go("/"));

test("times are in the zone of the address, or in that of the browser", () => {
  expect(zone()).toBe(BROWSER_ZONE);
  setParams({ tz: "Mars/Olympus" });
  expect([isZone("Mars/Olympus"), zone()]).toEqual([false, BROWSER_ZONE]);
  setParams({ tz: "Asia/Kolkata" });
  expect([isZone("Asia/Kolkata"), zone()]).toEqual([true, "Asia/Kolkata"]);
  expect(timeText(Date.UTC(2026, 10, 24, 8, 15))).toBe("2026-11-24 13:45:00");
  setParams({ tz: "UTC" });
  expect([timeText(Date.UTC(2026, 10, 24, 8, 15)), timeText(undefined)]).toEqual([
    "2026-11-24 08:15:00",
    "–",
  ]);
});

test("times in a text of the stage are those of the page, and what is no such time stays", () => {
  setParams({ tz: "Asia/Kolkata" });
  for (const [text, shown] of [
    ["failed since 2026-12-01T00:03:06.596Z, 3 times", "failed since 2026-12-01 05:33:06, 3 times"],
    ["paused, since 2026-11-30 23:00:00 (UTC)", "paused, since 2026-12-01 04:30:00"],
    [
      "from 2026-11-30 23:00:00 to 2026-12-01 01:00:00 UTC.",
      "from 2026-12-01 04:30:00 to 2026-12-01 06:30:00.",
    ],
    [
      "2026-11-30 23:00:00 +05:30, 2026-11-30T23:00",
      "2026-11-30 23:00:00 +05:30, 2026-11-30T23:00",
    ],
    ["2026-99-99 99:99:99 UTC", "no time (NaN)"],
  ] as const)
    expect(inZone(text)).toBe(shown);
});

test("a time that clocks of the page's zone show is that time, and one that they skip is later", () => {
  const change = fc.constantFrom(
    Date.UTC(2026, 2, 8, 7),
    Date.UTC(2026, 2, 29, 1),
    Date.UTC(2026, 9, 25, 1),
    Date.UTC(2026, 10, 1, 6),
  );
  const minute = fc.oneof(
    fc.integer({ min: 0, max: Date.UTC(2036, 0) / 60_000 }),
    fc
      .tuple(change, fc.integer({ min: -1500, max: 1500 }))
      .map(([ms, minutes]) => ms / 60_000 + minutes),
  );
  const name = fc.constantFrom(
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Asia/Tokyo",
  );
  fc.assert(
    fc.property(minute, name, (minutes, tz) => {
      setParams({ tz });
      const text = timeText(minutes * 60_000);
      const at = timeAt(text.slice(0, 16).replace(" ", "T"));
      expect(timeText(at)).toBe(text);
      expect(at).toBeLessThanOrEqual(minutes * 60_000);
    }),
    { examples: [[Date.UTC(2026, 9, 25, 1) / 60_000, "Europe/Berlin"]] },
  );
  setParams({ tz: "Europe/Berlin" });
  expect(timeText(timeAt("2026-03-29T02:30"))).toBe("2026-03-29 03:30:00");
  expect([timeAt(""), timeAt("12026-12-02T12:00")]).toEqual([Number.NaN, Number.NaN]);
});

test("a duration is written by its largest unit, rounded down", () => {
  const units = { d: 86_400_000, h: 3_600_000, min: 60_000, s: 1000 };
  fc.assert(
    fc.property(fc.integer({ min: -5000, max: 1000 * units.d }), (ms) => {
      const [count = "", unit = ""] = durationText(ms).split(" ");
      const lengthMs = Object.entries(units).find(([name]) => name === unit)?.[1] ?? 0;
      expect(Number(count)).toBe(Math.max(0, Math.floor(ms / lengthMs)));
      const larger = Object.values(units).filter((one) => one > lengthMs);
      expect(larger.every((one) => ms < one)).toBe(true);
      if (unit !== "s") expect(Number(count)).toBeGreaterThan(0);
    }),
  );
  expect([1000, 60_000, 3_600_000, 86_400_000].map(durationText)).toEqual([
    "1 s",
    "1 min",
    "1 h",
    "1 d",
  ]);
  expect([0, 999, -1].map(durationText)).toEqual(["0 s", "0 s", "0 s"]);
});

test("a command is one for the stage of the page, once that is known", async () => {
  stage.value = undefined;
  expect(commandOf("nodes")).toBe("rainhooks nodes");
  const found = {
    stage: "dev",
    region: "r",
    isLocal: false,
    program: "npx rainhooks",
    options: " --stage dev",
  };
  dom.respond({ "/console/stage": found });
  await readStage();
  expect(stage.value).toEqual(found);
  expect(commandOf("nodes")).toBe("npx rainhooks nodes --stage dev");
  const before = stage.value;
  await readStage();
  expect(stage.value).toBe(before);
  dom.respond({ "/console/stage": { ...found, options: "" } });
  await readStage();
  expect(commandOf("nodes")).toBe("npx rainhooks nodes");
});
