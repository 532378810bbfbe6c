import { defineWorker, type Worker } from "@rainhooks/webhook/define";
import type { WorkerAlarms, WorkerOverride } from "../config/config.ts";
import { changedShapes, refuseTooFewReserved } from "../function/shapes.ts";

/** A worker as a stage deploys it: its definition with the changes of the stage. */
export interface DeployedWorker extends Worker {
  /** Concurrency of the function that is taken from the limit of the account. */
  readonly reservedConcurrency: number | undefined;
  readonly alarms: WorkerAlarms;
}

/**
 * Applies the changes of a stage to the definition of a worker.
 *
 * @throws {TypeError} if AWS would reject the result.
 */
export function applyWorkerOverride(worker: Worker, override: WorkerOverride = {}): DeployedWorker {
  const { reservedConcurrency, alarms = {} } = override;
  const changed = defineWorker({ ...worker, ...changedShapes(worker, override) });
  refuseTooFewReserved(`Worker ${JSON.stringify(worker.name)}`, [changed.batch], reservedConcurrency);
  return { ...changed, reservedConcurrency, alarms };
}
