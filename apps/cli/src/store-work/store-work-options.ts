import { InvalidArgumentError, Option } from "@commander-js/extra-typings";
import type { StageSelection } from "../reach/reach-stage.ts";

/** Options of commands whose work functions can do. */
export interface WorkOptions extends StageSelection {
  /** Invocations at once; 0 for none. */
  readonly functions?: number | undefined;
}

const MAX_FUNCTIONS = 1000;

/** The option `--functions`. */
export function functionsOption() {
  return new Option(
    "--functions <count>",
    "let so many invocations of the stage's function do the work at once; 0: this machine does it (default: for a large archive)",
  ).argParser(count);
}

function count(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isInteger(value) && value >= 0 && value <= MAX_FUNCTIONS) return value;
  throw new InvalidArgumentError(`It must be a whole number from 0 to ${MAX_FUNCTIONS}.`);
}
