import { type JsonObject, toRainhooksError } from "@rainhooks/core";
import { type Environment, type FunctionConfig, readFunctionConfig } from "./config.ts";
import type { FunctionDefinition } from "./define-function.ts";
import { jsonLog, type Log } from "./observe/log.ts";

/** Dependencies of the handler of a function without a queue; the defaults are for Lambda. */
export interface RunOptions {
  readonly environment?: Environment;
  readonly writeLine?: (line: string) => void;
  readonly nowMs?: () => number;
}

/** The runs of a function, each of which writes one line to the log. */
export interface LoggedRuns<Of extends FunctionDefinition> {
  readonly config: FunctionConfig<Of>;
  /**
   * Does one run. What fails is logged and thrown.
   *
   * @param fieldsOf Returns further fields of the line, from the result.
   */
  run<Result>(
    requestId: string,
    work: (log: Log, startedMs: number) => Promise<Result>,
    fieldsOf: (result: Result) => JsonObject,
  ): Promise<Result>;
}

/**
 * Reads the configuration of a function, and makes its runs.
 *
 * @throws {RainhooksError} `config-invalid`; the message names the wrong variables.
 */
export function loggedRuns<Of extends FunctionDefinition>(
  definition: Of,
  { environment = process.env, writeLine = console.log, nowMs = Date.now }: RunOptions,
): LoggedRuns<Of> {
  const config = readFunctionConfig(definition, environment);
  return {
    config,
    run: async (requestId, work, fieldsOf) => {
      const fields = { stage: config.stage, function: definition.name, requestId };
      const log = jsonLog(writeLine, fields, nowMs, config.logLevel);
      const startedMs = nowMs();
      try {
        const result = await work(log, startedMs);
        log("info", "Done", { ...fieldsOf(result), ms: nowMs() - startedMs });
        return result;
      } catch (thrown) {
        const error = toRainhooksError(thrown);
        log("error", "Failed", { error });
        throw error;
      }
    },
  };
}
