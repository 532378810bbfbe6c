import type { JsonObject } from "@rainhooks/core";
import type { Context } from "aws-lambda";
import type { FunctionConfig } from "./config.ts";
import type { ScheduledFunction } from "./define-scheduled.ts";
import { loggedRuns, type RunOptions } from "./logged-runs.ts";
import type { Log } from "./observe/log.ts";

/** The function that Lambda calls at its rate. */
export type ScheduledHandler = (
  event: unknown,
  context: RunClock & Pick<Context, "awsRequestId">,
) => Promise<void>;

/** How much time Lambda gives a run; a test may leave it out. */
type RunClock = Partial<Pick<Context, "getRemainingTimeInMillis">>;

/** What a run of a scheduled function is told. */
export interface RunContext {
  /** When the run began, epoch milliseconds. */
  readonly nowMs: number;
  /** Returns how much time is left until Lambda ends the run, milliseconds; infinite if it does not. */
  readonly remainingMs: () => number;
  readonly log: Log;
}

/** One run of a scheduled function. What it returns is logged. */
export type ScheduledRun = (context: RunContext) => Promise<JsonObject>;

/**
 * Creates the Lambda handler of a scheduled function. It reads the configuration at once, so a function with a wrong environment fails
 * at start. A run that fails is logged and throws, so that Lambda runs it again.
 *
 * @param makeRun Makes what runs each time, from the configuration.
 * @throws {RainhooksError} `config-invalid`; the message names the wrong variables.
 *
 * @example
 * ```ts
 * import { defineScheduledFunction } from "@rainhooks/webhook/define";
 * import { scheduledHandler } from "@rainhooks/webhook";
 *
 * const clock = defineScheduledFunction({ name: "clock", description: "Logs the time.", everyMinutes: 1 });
 * const options = { environment: { RAINHOOKS_STAGE: "dev" }, writeLine: () => undefined, nowMs: () => 0 };
 * const handler = scheduledHandler(clock, ({ stage }) => async ({ nowMs }) => {
 *   console.log(stage, nowMs); // dev 0
 *   return { nowMs };
 * }, options);
 * await handler({}, { awsRequestId: "1" });
 * ```
 */
export function scheduledHandler<Of extends ScheduledFunction>(
  definition: Of,
  makeRun: (config: FunctionConfig<Of>) => ScheduledRun,
  options: RunOptions = {},
): ScheduledHandler {
  const { config, run: runLogged } = loggedRuns(definition, options);
  const run = makeRun(config);
  return async (_event, context) => {
    const remainingMs = () => context.getRemainingTimeInMillis?.() ?? Number.POSITIVE_INFINITY;
    await runLogged(
      context.awsRequestId,
      (log, startedMs) => run({ nowMs: startedMs, log, remainingMs }),
      (result) => ({ result }),
    );
  };
}
