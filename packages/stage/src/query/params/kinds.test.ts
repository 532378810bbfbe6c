import { describe, expect, it, test } from "@jest/globals";
import { choice, duration, flag, requiredText, time, timezone, wholeNumber } from "./kinds.ts";
import { ParamMistake } from "./param.ts";

const about = { description: "Something." };

describe("a time", () => {
  const { read } = time(about);
  const atMs = Date.UTC(2026, 10, 24, 8);

  test.each([
    ["1795507200000"],
    ["2026-11-24T08:00Z"],
    ["2026-11-24T08:00"],
    ["2026-11-24 08:00:00"],
    ["2026-11-24T08:00:00.000Z"],
    ["2026-11-24T09:00:00+01:00"],
    ["2026-11-24T09:00:00 01:00"],
    ["2026-11-24 13:30 05:30"],
    ["2026-11-24 13:30:00 +05:30"],
    ["2026-11-24T02:30-05:30"],
    ["2026-11-25T00:30+16:30"],
  ])("a time can be written as %s", (text) => {
    expect(read(text)).toBe(atMs);
  });

  it("a time is midnight in UTC when it is a date alone", () => {
    expect(read("2026-11-24")).toBe(Date.UTC(2026, 10, 24));
  });

  it("a time is in UTC wherever the computer is", () => {
    process.env["TZ"] = "Asia/Kolkata";
    const texts = ["2026-11-24T08:00", "2026-11-24 08:00:00", "2026-11-24"];
    expect(texts.map(read)).toEqual([atMs, atMs, Date.UTC(2026, 10, 24)]);
  });

  test.each([
    ["yesterday"],
    [""],
    ["-1"],
    ["1e3"],
    ["2026-13-01"],
    ["2026-02-30"],
    ["2026-06-31T08:00"],
    ["2026-02-29T08:00+01:00"],
    ["2026-11-24T25:00"],
    ["1969-12-31"],
    ["999999999999999"],
    ["2026-11-24T08:00 Europe/Berlin"],
    ["+010000-01-01T00:00Z"],
    ["2026-11-24T08:00 (Berlin)"],
    ["2026-11-24T08:00Z (UTC)"],
  ])("a time is not %j", (text) => {
    expect(() => read(text)).toThrow(ParamMistake);
  });
});

describe("other parameters", () => {
  it.each([
    ["30s", 30_000],
    ["5m", 300_000],
    ["1h", 3_600_000],
    ["2d", 172_800_000],
    ["1w", 604_800_000],
  ])("a duration is read: %s", (text, expectedMs) => {
    expect(duration(about).read(text)).toBe(expectedMs);
  });

  test.each([
    [
      "a whole number",
      wholeNumber({ ...about, placeholder: "n" }, { min: 1, max: 10, fallback: 5 }),
      "10",
    ],
    ["a flag", flag(about), "true"],
    ["a choice", choice({ ...about, placeholder: "c" }, ["a", "b"], "a"), "b"],
    ["a zone", timezone(about), "Australia/Lord_Howe"],
    ["a text", requiredText({ ...about, placeholder: "t", maxLength: 3 }), "ünö"],
  ] as const)("%s is read", (_, { read }, text) => {
    expect(String(read(text))).toBe(text);
  });

  test.each([
    [
      "a whole number",
      wholeNumber({ ...about, placeholder: "n" }, { min: 1, max: 10, fallback: 5 }),
      ["", "0", "11", " 1", "1.5", "0x1", "1e1", "-1", "NaN"],
    ],
    ["a flag", flag(about), ["", "TRUE", "1", "yes"]],
    ["a choice", choice({ ...about, placeholder: "c" }, ["a", "b"], "a"), ["", "A", "c", "a,b"]],
    [
      "a duration",
      duration(about),
      ["", "0m", "5", "m", "5 m", "1.5h", "-1h", "5y", "3651d", "5m\n"],
    ],
    ["a zone", timezone(about), ["", "Mars/Olympus", "Europe", "CEST!"]],
    ["a text", requiredText({ ...about, placeholder: "t", maxLength: 3 }), ["", "four"]],
  ] as const)("%s is not anything", (_, { read }, texts) => {
    for (const text of texts) expect(() => read(text)).toThrow(ParamMistake);
  });
});
