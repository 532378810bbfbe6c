import { toRainhooksError } from "@rainhooks/core";
import type { Context } from "aws-lambda";
import { type Environment, type FunctionConfig, readFunctionConfig } from "./config.ts";
import type { InvokedFunction } from "./define-invoked.ts";
import { jsonLog, type Log } from "./observe/log.ts";

/** The function that Lambda calls when a program invokes it. */
export type InvokedHandler = (
  event: unknown,
  context: Pick<Context, "awsRequestId" | "getRemainingTimeInMillis">,
) => Promise<unknown>;

/** What an invocation is told. */
export interface InvocationContext {
  readonly log: Log;
  /** Returns the milliseconds until Lambda ends the invocation. */
  readonly leftMs: () => number;
}

/** One invocation. What it returns is the response. */
export type InvokedRun = (event: unknown, context: InvocationContext) => Promise<unknown>;

/** Dependencies of an invoked handler; the defaults are for Lambda. */
export interface InvokedHandlerOptions {
  readonly environment?: Environment;
  readonly writeLine?: (line: string) => void;
  readonly nowMs?: () => number;
}

/**
 * Creates the Lambda handler of a function that a program invokes. It reads the configuration at once, so a function with a wrong
 * environment fails at start. An invocation that fails is logged and throws, so that the program gets an error.
 *
 * @param makeRun Makes what runs each time, from the configuration.
 * @throws {RainhooksError} `config-invalid`; the message names the wrong variables.
 *
 * @example
 * ```ts
 * import { defineInvokedFunction } from "@rainhooks/webhook/define";
 * import { invokedHandler } from "@rainhooks/webhook";
 *
 * const echo = defineInvokedFunction({ name: "echo", description: "Returns what it gets.", resources: {} });
 * const options = { environment: { RAINHOOKS_STAGE: "dev" }, writeLine: () => undefined, nowMs: () => 0 };
 * const handler = invokedHandler(echo, ({ stage }) => async (event) => ({ stage, event }), options);
 * const context = { awsRequestId: "1", getRemainingTimeInMillis: () => 60_000 };
 * console.log(await handler("hello", context)); // { stage: 'dev', event: 'hello' }
 * ```
 */
export function invokedHandler<Of extends InvokedFunction>(
  definition: Of,
  makeRun: (config: FunctionConfig<Of>) => InvokedRun,
  options: InvokedHandlerOptions = {},
): InvokedHandler {
  const { environment = process.env, writeLine = console.log, nowMs = Date.now } = options;
  const config = readFunctionConfig(definition, environment);
  const run = makeRun(config);
  return async (event, context) => {
    const fields = { stage: config.stage, function: definition.name, requestId: context.awsRequestId };
    const log = jsonLog(writeLine, fields, nowMs, config.logLevel);
    const startedMs = nowMs();
    try {
      const result = await run(event, { log, leftMs: () => context.getRemainingTimeInMillis() });
      log("info", "Done", { ms: nowMs() - startedMs });
      return result;
    } catch (thrown) {
      const error = toRainhooksError(thrown);
      log("error", "Failed", { error });
      throw error;
    }
  };
}
