import { type JsonObject, toRainhooksError } from "@rainhooks/core";
import type { Context } from "aws-lambda";
import { type Environment, type FunctionConfig, readFunctionConfig } from "./config.ts";
import type { ScheduledFunction } from "./define-scheduled.ts";
import { jsonLog, type Log } from "./observe/log.ts";

/** The function that Lambda calls at its rate. */
export type ScheduledHandler = (event: unknown, context: Pick<Context, "awsRequestId">) => Promise<void>;

/** What a run of a scheduled function is told. */
export interface RunContext {
  /** When the run began, epoch milliseconds. */
  readonly nowMs: number;
  readonly log: Log;
}

/** One run of a scheduled function. What it returns is logged. */
export type ScheduledRun = (context: RunContext) => Promise<JsonObject>;

/** Dependencies of a scheduled handler; the defaults are for Lambda. */
export interface ScheduledHandlerOptions {
  readonly environment?: Environment;
  readonly writeLine?: (line: string) => void;
  readonly nowMs?: () => number;
}

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
  options: ScheduledHandlerOptions = {},
): ScheduledHandler {
  const { environment = process.env, writeLine = console.log, nowMs = Date.now } = options;
  const config = readFunctionConfig(definition, environment);
  const run = makeRun(config);
  return async (_event, { awsRequestId }) => {
    const fields = { stage: config.stage, function: definition.name, requestId: awsRequestId };
    const log = jsonLog(writeLine, fields, nowMs, config.logLevel);
    const startedMs = nowMs();
    try {
      const result = await run({ nowMs: startedMs, log });
      log("info", "Done", { result, ms: nowMs() - startedMs });
    } catch (thrown) {
      const error = toRainhooksError(thrown);
      log("error", "Failed", { error });
      throw error;
    }
  };
}
