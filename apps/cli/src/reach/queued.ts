import { RainhooksError } from "@rainhooks/core";
import type { StageOutputs } from "@rainhooks/stage";
import type { ReachedStage } from "./stage.ts";

/** The deployed names of a function that reads its own queue. */
export type Queued = StageOutputs["webhooks"][string];

/** Returns the functions of a stage that read their own queues: webhooks and workers. */
export function allQueued({ outputs: { webhooks, workers } }: ReachedStage): [name: string, Queued][] {
  return [...Object.entries(webhooks), ...Object.entries(workers)];
}

/**
 * Returns the deployed names of a webhook or a worker.
 *
 * @throws {RainhooksError} `not-found` when the stage has neither of this name.
 */
export function queuedOf(reached: ReachedStage, name: string): Queued {
  const all = new Map(allQueued(reached));
  const found = all.get(name);
  if (found !== undefined) return found;
  const { stage, workers } = reached.outputs;
  const kinds = Object.keys(workers).length === 0 ? "webhook" : "webhook or worker";
  throw new RainhooksError(
    "not-found",
    `Stage ${stage} has no ${kinds} ${name}. It has: ${[...all.keys()].join(", ")}.`,
  );
}
