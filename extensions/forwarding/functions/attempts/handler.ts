import { messageHandler } from "@rainhooks/webhook/message-handler";
import { jsonLog } from "@rainhooks/webhook/observe/log";
import { customMetrics } from "@rainhooks/webhook/observe/metrics";
import { parseAttemptMessage } from "../../messages/attempt-message.ts";
import { assembleAttemptWorker } from "../../worker/assemble-worker.ts";
import { attempts, retries } from "./workers.ts";

export const handler = messageHandler(
  [attempts, retries],
  (config, worker) => {
    const { stage, logLevel } = config;
    const log = jsonLog(console.log, { stage, webhook: worker.name }, Date.now, logLevel);
    return assembleAttemptWorker(config, {
      queue: worker.name === retries.name ? "retries" : "first",
      warn: (message, fields) => log("warn", message, fields),
      report: (metrics) => console.log(customMetrics({ Stage: stage }, metrics, Date.now())),
    });
  },
  { parse: parseAttemptMessage },
);
