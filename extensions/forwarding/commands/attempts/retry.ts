import { reachStage, type StageSelection } from "@rainhooks/stage/commands/reach-stage";
import { ask } from "@rainhooks/stage/query/ask";
import { askedStage } from "@rainhooks/stage/query/asked-stage";
import { retryAttempt } from "../../operations/retry-attempt.ts";
import { attemptQuestion } from "../../questions/attempts.ts";
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
