import { describe, expect, it, test } from "@jest/globals";
import { MAX_TIME_MS } from "@rainhooks/core/decode/time";
import { DURATION_PATTERN } from "@rainhooks/core/duration-text";
import { anyCharacter } from "@rainhooks/testing/hostile";
import fc from "fast-check";
import {
  choice,
  duration,
  flag,
  optionalChoice,
  optionalText,
  requiredText,
  time,
  timezone,
  wholeNumber,
} from "./kinds.ts";
import type { Param } from "./param.ts";

const about = { description: "Something.", placeholder: "it" };

describe("what a parameter says of itself", () => {
  test.each<[string, Param<unknown>, object]>([
    [
      "a required text",
      requiredText({ ...about, maxLength: 3 }),
      { schema: { type: "string", minLength: 1, maxLength: 3 }, fallback: undefined },
    ],
    [
      "a text",
      optionalText({ ...about, maxLength: 3 }),
      { schema: { type: "string", minLength: 1, maxLength: 3 }, fallback: { value: undefined } },
    ],
    [
      "a choice",
      choice(about, ["a", "b"], "b"),
      { schema: { type: "string", enum: ["a", "b"], default: "b" }, fallback: { value: "b" } },
    ],
    [
      "a choice that can be left out",
      optionalChoice(about, ["a", "b"]),
      { schema: { type: "string", enum: ["a", "b"] }, fallback: { value: undefined } },
    ],
    [
      "a whole number",
      wholeNumber(about, { min: 1, max: 9, fallback: 5 }),
      { schema: { type: "integer", minimum: 1, maximum: 9, default: 5 }, fallback: { value: 5 } },
    ],
    [
      "a time",
      time(about),
      {
        schema: {
          oneOf: [
            { type: "integer", minimum: 0, maximum: MAX_TIME_MS },
            { type: "string", format: "date-time" },
            { type: "string", format: "date" },
          ],
        },
        fallback: { value: undefined },
      },
    ],
    [
      "a duration",
      duration(about),
      {
        schema: { type: "string", pattern: DURATION_PATTERN, examples: ["5m", "1h"] },
        fallback: { value: undefined },
      },
    ],
    [
      "a zone",
      timezone(about),
      {
        schema: { type: "string", examples: ["Europe/Berlin"], default: "UTC" },
        fallback: { value: "UTC" },
      },
    ],
  ])("%s", (_, { read, ...said }, expected) => {
    expect(said).toStrictEqual({ description: "Something.", placeholder: "it", ...expected });
  });

  it("a flag has no placeholder", () => {
    const { read, ...said } = flag({ description: "Something." });
    expect(said).toStrictEqual({
      description: "Something.",
      placeholder: undefined,
      schema: { type: "boolean", default: false },
      fallback: { value: false },
    });
    expect([read("true"), read("false")]).toEqual([true, false]);
  });

  test.each([
    [time, "time"],
    [duration, "duration"],
    [timezone, "zone"],
  ])("%o has a placeholder of its own", (kind, placeholder) => {
    expect(kind({ description: "Something." }).placeholder).toBe(placeholder);
  });

  it("its default and its examples are values that it reads", () => {
    for (const { read, schema } of [
      duration(about),
      timezone(about),
      choice(about, ["a", "b"], "b"),
    ]) {
      const { examples = [], default: fallback } = schema;
      const texts = [examples, fallback].flat().filter((text) => text !== undefined);
      expect(texts.length).toBeGreaterThan(0);
      for (const text of texts) expect(read(String(text))).toBeDefined();
    }
  });
});

describe("what a parameter reads", () => {
  it("a parameter reads a whole number that its schema allows", () => {
    const bound = fc.integer({ min: 0, max: 1000 });
    fc.assert(
      fc.property(bound, bound, fc.integer({ min: -5, max: 1010 }), (one, other, value) => {
        const min = Math.min(one, other);
        const max = Math.max(one, other);
        const { read } = wholeNumber(about, { min, max, fallback: min });
        if (value >= min && value <= max) expect(read(String(value))).toBe(value);
        else
          expect(() => read(String(value))).toThrow(`must be a whole number from ${min} to ${max}`);
      }),
    );
  });

  it("a parameter reads a text that its schema allows, with whole characters only", () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter, maxLength: 8 }), (text) => {
        const { read } = requiredText({ ...about, maxLength: 4 });
        if (text.length >= 1 && text.length <= 4) expect(read(text)).toBe(text.toWellFormed());
        else expect(() => read(text)).toThrow("must be a text of 1 to 4 characters");
      }),
    );
    expect(requiredText({ ...about, maxLength: 4 }).read("\ud800")).toBe("\ufffd");
  });

  test.each<[string, Param<unknown>, string]>([
    ["a choice", choice(about, ["a", "b"], "a"), "must be one of a, b"],
    ["a flag", flag(about), "must be true or false"],
    [
      "a duration",
      duration(about),
      "must be a duration from 1s to 3650d, such as 30s, 5m, 2h or 7d",
    ],
    ["a zone", timezone(about), "must be an IANA time zone, such as Europe/Berlin or UTC"],
  ])("a parameter refuses %s, and says what it must be", (_, { read }, message) => {
    expect(() => read("else")).toThrow(message);
  });
});
