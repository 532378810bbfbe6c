import { optionalNumber, wholeNumber } from "../../query/params/kinds.ts";
import { REPLAY_DEFAULTS } from "./request.ts";

const RATES = { min: 1, max: 100_000 };
/** More than anybody counts. */
const LETTERS = { min: 0, max: 1_000_000_000, fallback: REPLAY_DEFAULTS.maxDeadLetters };

/** Makes the field with the maximum deliveries per second. */
export function rateField(fallback: number) {
  const description = "Maximum deliveries per second.";
  return wholeNumber({ description, placeholder: "number" }, { ...RATES, fallback });
}

/** The same, if something else decides when it is left out. */
export function optionalRateField(description: string) {
  return optionalNumber({ description, placeholder: "number" }, RATES);
}

/** Makes the field with the number of new dead letters after which a replay fails. */
export function deadLettersField(description: string) {
  return wholeNumber({ description, placeholder: "count" }, LETTERS);
}

/** The same, if something else decides when it is left out. */
export function optionalDeadLettersField(description: string) {
  return optionalNumber({ description, placeholder: "count" }, LETTERS);
}
