import { optionalNumber, wholeNumber } from "@rainhooks/stage/query/params/kinds";
import { REPLAY_DEFAULTS } from "./request.ts";

const MAX_RATE = 100_000;
/** More than anybody counts. */
const MAX_DEAD_LETTERS = 1_000_000_000;

/** Makes the field with the maximum deliveries per second. */
export function rateField(description: string) {
  return optionalNumber({ description, placeholder: "number" }, { min: 1, max: MAX_RATE });
}

/** Makes the field with the number of dead letters after which a replay fails. */
export function deadLettersField(description: string, fallback: number = REPLAY_DEFAULTS.maxDeadLetters) {
  return wholeNumber({ description, placeholder: "count" }, { min: 0, max: MAX_DEAD_LETTERS, fallback });
}
