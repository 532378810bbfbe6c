import { retryAttempt } from "@rainhooks/operate";
import { ask, attemptQuestion } from "@rainhooks/query";
import { askedStage } from "@rainhooks/query/stage";
import { reachStage, type StageSelection } from "../reach/reach-stage.ts";
import { printMade } from "./print-made.ts";

/** Options of `attempts retry`. */
export interface RetryOptions extends StageSelection {
  /** How long to wait for the attempt, milliseconds. */
  readonly wait: number;
  readonly json?: boolean | undefined;
}

/**
 * Sends the event of an attempt to its destination once more, and prints what came of it. Its schedule begins
 * anew.
 */
export async function retryCommand(id: string, options: RetryOptions): Promise<void> {
  const reached = await reachStage(options);
  const attempt = await ask(attemptQuestion, { attempt: id }, askedStage(reached));
  await printMade(await retryAttempt(reached, attempt, options.wait), options);
}
