import { toRainhooksError } from "@rainhooks/core/errors";
import type { Context } from "aws-lambda";
import { type Environment, type FunctionConfig, readFunctionConfig } from "./config.ts";
import type { FunctionOf } from "./define-function.ts";
import { jsonLog, type Log } from "./observe/log.ts";
import type { RunTrigger } from "./trigger-fields.ts";

/** The function that Lambda calls at a rate, or when a program invokes it. */
export type RunHandler = (
  event: unknown,
  context: Pick<Context, "awsRequestId"> & Partial<Pick<Context, "getRemainingTimeInMillis">>,
) => Promise<unknown>;

/** What a run is told. */
export interface RunContext {
  /** What the program that invokes it has sent. */
  readonly event: unknown;
  /** When the run began, epoch milliseconds. */
  readonly nowMs: number;
  /**
   * Returns how much time is left until Lambda ends the run, milliseconds; infinite if it does not.
   */
  readonly remainingMs: () => number;
  readonly log: Log;
}

/**
 * One run. What it returns is the result for the program that invokes it; at a rate, it is logged.
 */
export type Run = (context: RunContext) => Promise<unknown>;

/** Dependencies of the handler of runs; the defaults are for Lambda. */
export interface RunOptions {
  readonly environment?: Environment;
  readonly writeLine?: (line: string) => void;
  readonly nowMs?: () => number;
}

/**
 * Creates the Lambda handler of a function that runs at a rate, or that programs invoke. It reads
 * the configuration at once, so a function with a wrong environment fails at start. Each run writes
 * a line to the log. One that fails throws, so that Lambda runs it again, or the program gets an
 * error.
 *
 * @param makeRun Makes what runs each time, from the configuration.
 * @throws {RainhooksError} `config-invalid`; the message names the wrong variables.
 *
 * @example
 * ```ts
 * import { defineFunction } from "@rainhooks/webhook/define";
 * import { runHandler } from "@rainhooks/webhook";
 *
 * const echo = defineFunction({ trigger: "invocation", name: "echo", description: "Echoes." });
 * const options = { environment: { RAINHOOKS_STAGE: "dev" }, writeLine: () => undefined };
 * const handler = runHandler(
 *   echo,
 *   ({ stage }) => async ({ event }) => ({ stage, event }),
 *   options,
 * );
 * console.log(await handler("hello", { awsRequestId: "1" })); // { stage: 'dev', event: 'hello' }
 * ```
 */
export function runHandler<Of extends { [T in RunTrigger]: FunctionOf<T> }[RunTrigger]>(
  definition: Of,
  makeRun: (config: FunctionConfig<Of>) => Run,
  { environment = process.env, writeLine = console.log, nowMs = Date.now }: RunOptions = {},
): RunHandler {
  const config = readFunctionConfig(definition, environment);
  const { stage, logLevel } = config;
  const run = makeRun(config);
  return async (event, context) => {
    const { awsRequestId: requestId } = context;
    const log = jsonLog(
      writeLine,
      { stage, function: definition.name, requestId },
      nowMs,
      logLevel,
    );
    const remainingMs = () => context.getRemainingTimeInMillis?.() ?? Number.POSITIVE_INFINITY;
    const startedMs = nowMs();
    try {
      const result = await run({ event, nowMs: startedMs, remainingMs, log });
      const fields = definition.trigger === "rate" ? { result } : {};
      log("info", "Done", { ...fields, ms: nowMs() - startedMs });
      return result;
    } catch (thrown) {
      const error = toRainhooksError(thrown);
      log("error", "Failed", { error });
      throw error;
    }
  };
}
