import { Option } from "@commander-js/extra-typings";
import { wholeNumber } from "@rainhooks/stage/commands/options";
import type { StageSelection } from "@rainhooks/stage/commands/reach-stage";

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
  ).argParser(wholeNumber(0, MAX_FUNCTIONS));
}
