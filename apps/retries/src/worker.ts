import { attemptLoad, attemptWorkerResources, attemptWorkerSettings } from "@rainhooks/forwarding/worker";
import { defineWorker } from "@rainhooks/webhook/define";

/** Makes the attempts that had to wait: after a failed one, for a turn within a rate limit, or because a destination is slow. */
export const retries = defineWorker({
  name: "retries",
  description: "Sends events to destinations again, after a failed attempt or a wait.",
  resources: attemptWorkerResources,
  settings: attemptWorkerSettings,
  settingsFrom: "attempts",
  load: attemptLoad,
  function: { memoryMiB: 512, timeoutS: 60 },
  batch: { size: 50, windowS: 1, maxConcurrency: 20 },
  // Events of a slow destination come again without having been attempted; that must be soon, and may be often.
  queue: { retryFirstWaitS: 5, retryMaxWaitS: 60, maxReceives: 1000, maxDelayS: 900 },
});
