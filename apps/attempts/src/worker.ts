import { attemptLoad, attemptWorkerResources, attemptWorkerSettings } from "@rainhooks/forwarding/worker";
import { defineWorker } from "@rainhooks/webhook/define";

/** Makes the first attempt for each event and destination. */
export const attempts = defineWorker({
  name: "attempts",
  description: "Sends events to destinations: the first attempt of each.",
  resources: attemptWorkerResources,
  settings: attemptWorkerSettings,
  load: attemptLoad,
  // It mostly waits for receivers, so memory would be paid for nothing.
  function: { memoryMiB: 512, timeoutS: 60 },
  batch: { size: 50, windowS: 1, maxConcurrency: 20 },
});
