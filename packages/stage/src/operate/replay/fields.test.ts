import { expect, it } from "@jest/globals";
import type { Param } from "../../query/params/param.ts";
import {
  deadLettersField,
  optionalDeadLettersField,
  optionalRateField,
  rateField,
} from "./fields.ts";
import { REPLAY_DEFAULTS } from "./request.ts";

const RATE = {
  placeholder: "number",
  description: /deliveries per second/,
  min: 1,
  max: 100_000,
  range: "from 1 to 100,000",
};
const LETTERS = {
  placeholder: "count",
  description: /dead letters/,
  min: 0,
  max: 1_000_000_000,
  range: "from 0 to 1,000,000,000",
};

it.each<[string, Param<number | undefined>, typeof RATE, fallback: number | undefined]>([
  ["the rate", rateField(7), RATE, 7],
  ["the rate that may stay", optionalRateField("Maximum deliveries per second."), RATE, undefined],
  [
    "the dead letters",
    deadLettersField("New dead letters."),
    LETTERS,
    REPLAY_DEFAULTS.maxDeadLetters,
  ],
  [
    "the dead letters that may stay",
    optionalDeadLettersField("New dead letters."),
    LETTERS,
    undefined,
  ],
])(
  "a person gives a replay %s as a whole number within bounds, or leaves it out",
  (_, field, kind, fallback) => {
    const { min, max, range, placeholder, description } = kind;
    expect([min, max].map((one) => field.read(String(one)))).toEqual([min, max]);
    for (const wrong of [min - 1, max + 1, "1.5", "many"])
      expect(() => field.read(String(wrong))).toThrow(range);
    expect(field.fallback?.value).toBe(fallback);
    expect(field.placeholder).toBe(placeholder);
    expect(field.description).toMatch(description);
  },
);
