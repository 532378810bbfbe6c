import { assembleAttemptWorker, parseAttemptMessage } from "@rainhooks/forwarding";
import { jsonLog, workerHandler } from "@rainhooks/webhook";
import { retries } from "./worker.ts";

export const handler = workerHandler(
  retries,
  (config) => {
    const log = jsonLog(
      console.log,
      { stage: config.stage, webhook: retries.name },
      Date.now,
      config.logLevel,
    );
    const warn = (message: string, fields: Readonly<Record<string, unknown>>) => log("warn", message, fields);
    return assembleAttemptWorker(config, { queue: "retries", warn });
  },
  { parse: parseAttemptMessage },
);
