import { assembleAttemptWorker, parseAttemptMessage } from "@rainhooks/forwarding";
import { attemptMetrics } from "@rainhooks/forwarding/worker";
import { jsonLog, workerHandler } from "@rainhooks/webhook";
import { ownMetrics } from "@rainhooks/webhook/metrics";
import { retries } from "./worker.ts";

export const handler = workerHandler(
  retries,
  (config) => {
    const { stage, logLevel } = config;
    const log = jsonLog(console.log, { stage, webhook: retries.name }, Date.now, logLevel);
    return assembleAttemptWorker(config, {
      queue: "retries",
      warn: (message, fields) => log("warn", message, fields),
      report: (figures) => console.log(ownMetrics({ Stage: stage }, attemptMetrics(figures), Date.now())),
    });
  },
  { parse: parseAttemptMessage },
);
