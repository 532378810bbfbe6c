import { defineFunction } from "@rainhooks/webhook/define-function";
import {
  attemptLoad,
  attemptWorkerResources,
  attemptWorkerSettings,
  retryWorkerResources,
} from "../../worker/define.ts";

const SHAPE = {
  part: "forwarding",
  resources: attemptWorkerResources,
  settings: attemptWorkerSettings,
  load: attemptLoad,
  // It mostly waits for receivers, so memory would be paid for nothing.
  function: { memoryMiB: 512, timeoutS: 60 },
  batch: { size: 50, windowS: 1, maxConcurrency: 20 },
};

/** Makes the first attempt for each event and destination. */
export const attempts = defineFunction({
  trigger: "queue",
  ...SHAPE,
  name: "attempts",
  description: "Sends events to destinations: the first attempt of each.",
});

/**
 * Makes the attempts that had to wait: after a failed one, for a turn within a rate limit, or because a
 * destination is slow.
 */
export const retries = defineFunction({
  trigger: "queue",
  ...SHAPE,
  name: "retries",
  description: "Sends events to destinations again, after a failed attempt or a wait.",
  sameAs: "attempts",
  resources: retryWorkerResources,
  // Events of a slow destination come again without having been attempted; that must be soon, and may be
  // often.
  queue: { retryFirstWaitS: 5, retryMaxWaitS: 60, maxReceives: 1000, maxDelayS: 900 },
});
