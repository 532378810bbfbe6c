import type { Context } from "aws-lambda";
import type { FunctionConfig } from "./config.ts";
import type { InvokedFunction } from "./define-invoked.ts";
import { loggedRuns, type RunOptions } from "./logged-runs.ts";
import type { Log } from "./observe/log.ts";

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
  options: RunOptions = {},
): InvokedHandler {
  const { config, run: runLogged } = loggedRuns(definition, options);
  const run = makeRun(config);
  return (event, context) =>
    runLogged(
      context.awsRequestId,
      (log) => run(event, { log, leftMs: () => context.getRemainingTimeInMillis() }),
      () => ({}),
    );
}
