import { assembleAttemptWorker, parseAttemptMessage } from "@rainhooks/forwarding";
import { jsonLog, workerHandler } from "@rainhooks/webhook";
import { attempts } from "./worker.ts";

export const handler = workerHandler(
  attempts,
  (config) => {
    const log = jsonLog(
      console.log,
      { stage: config.stage, webhook: attempts.name },
      Date.now,
      config.logLevel,
    );
    const warn = (message: string, fields: Readonly<Record<string, unknown>>) => log("warn", message, fields);
    return assembleAttemptWorker(config, { queue: "first", warn });
  },
  { parse: parseAttemptMessage },
);
