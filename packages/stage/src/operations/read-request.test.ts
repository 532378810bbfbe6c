import { describe, expect, it } from "@jest/globals";
import { flag, list, optionalText, requiredText, secret, time } from "../query/params/kinds.ts";
import { readRequest, recordedNames, recordedRequest, textsIn } from "./read-request.ts";

const help = { description: "Text.", placeholder: "text", maxLength: 9000 };
const FIELDS = {
  name: optionalText(help),
  ids: list(help, { max: 100 }),
  tags: { ...list(help, { max: 3 }), hasCommas: true },
  from: time({ description: "Start." }),
  isOff: { ...flag({ description: "Off." }), conflicts: ["from", "isDim"] },
  isDim: flag({ description: "Dim." }),
  password: secret(optionalText(help)),
  file: { ...optionalText(help), isFile: true },
} as const;
const NOW_MS = Date.UTC(2026, 10, 24);
const read = (given: object) =>
  readRequest(FIELDS, { ...given }, { nowMs: NOW_MS, door: "terminal" });

describe("a request of an operation", () => {
  it.each<[given: object, values: object]>([
    [{ name: 7 }, { name: "7" }],
    [{ name: true }, { name: "true" }],
    [
      { ids: "a,b", tags: "a,b" },
      { ids: ["a,b"], tags: ["a", "b"] },
    ],
    [
      { ids: ["a", 1], tags: ["a,b"] },
      { ids: ["a", "1"], tags: ["a,b"] },
    ],
    [{ tags: 1 }, { tags: ["1"] }],
    [{ from: "2h" }, { from: NOW_MS - 7_200_000 }],
    [
      { other: undefined, name: undefined },
      { name: undefined, ids: [], isOff: false },
    ],
    [{ isOff: true, isDim: false, from: undefined }, { isOff: true }],
    [
      { isOff: false, from: "1970-01-02" },
      { isOff: false, from: 86_400_000 },
    ],
  ])("a request with %j is read", (given, values) => {
    expect(read(given)).toMatchObject(values);
  });

  it.each<[given: object, message: string]>([
    [{ isOff: true, isDim: true }, "isOff cannot be given together with isDim."],
    [{ isOff: true, from: "1970-01-02" }, "isOff cannot be given together with from."],
    [{ name: null }, "name must be a text, a number, or true or false."],
    [{ other: 1, name: "" }, "other is unknown. Fields: name, ids, tags, from,"],
    [{ from: "1234" }, "from must be a date"],
  ])("a request with %j is refused", (given, message) => {
    expect(() => read(given)).toThrow(message);
  });

  it("a request has its own fields alone", () => {
    const given = Object.create({ name: "inherited" });
    const fields = { name: requiredText(help) };
    expect(() => readRequest(fields, given, { nowMs: 0, door: "console" })).toThrow(
      "name is missing.",
    );
  });

  it("the texts of a query are those of its values, and its times are absolute", () => {
    const given = { name: 7, from: "2h", other: true, gone: undefined };
    const from = String(NOW_MS - 7_200_000);
    expect(textsIn(FIELDS, given, NOW_MS)).toEqual({ name: "7", from, other: "true" });
    expect(() => textsIn(FIELDS, { other: {} }, NOW_MS)).toThrow("other must be a text");
  });
});

it("a record has what a request says and is not secret, and of what is long only as much as fits", () => {
  const hundred = Array.from({ length: 51 }, (_, index) => `id-${index}`);
  const kept = recordedRequest(FIELDS, {
    name: "x".repeat(1001),
    ids: hundred,
    tags: [],
    from: undefined,
    isOff: false,
    isDim: true,
    password: "hush",
    file: " a\nb\n",
    more: false,
    text: "y".repeat(1000),
    list: hundred.slice(1),
    count: 7,
    box: { first: "z" },
  });
  expect(kept).toEqual({
    name: `${"x".repeat(1000)}…`,
    ids: { first: hundred.slice(0, 50), count: 51 },
    isDim: true,
    file: { lines: 2 },
    more: false,
    text: "y".repeat(1000),
    list: hundred.slice(1),
    count: 7,
    box: { first: "z" },
  });
  expect(recordedNames({ ids: kept["ids"], box: kept["box"], name: "n" })).toEqual([
    ...hundred.slice(0, 50),
    { first: "z" },
    "n",
  ]);
});
