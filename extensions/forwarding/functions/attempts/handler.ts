import { assembleAttemptWorker, parseAttemptMessage } from "@rainhooks/forwarding/attempt-worker";
import { attemptMetrics } from "@rainhooks/forwarding/worker";
import { jsonLog, messageHandler } from "@rainhooks/webhook";
import { ownMetrics } from "@rainhooks/webhook/metrics";
import { attempts, retries } from "./workers.ts";

export const handler = messageHandler(
  [attempts, retries],
  (config, worker) => {
    const { stage, logLevel } = config;
    const log = jsonLog(console.log, { stage, webhook: worker.name }, Date.now, logLevel);
    return assembleAttemptWorker(config, {
      queue: worker.name === retries.name ? "retries" : "first",
      warn: (message, fields) => log("warn", message, fields),
      report: (figures) => console.log(ownMetrics({ Stage: stage }, attemptMetrics(figures), Date.now())),
    });
  },
  { parse: parseAttemptMessage },
);
