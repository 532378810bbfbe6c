import { functionMistake, type Resources } from "./define-function.ts";
import type { Load } from "./load.ts";
import { type QueuedFunction, type ShapesInput, shapesMistake, shapesOf } from "./queue-shape.ts";
import type { Settings } from "./settings/setting.ts";

/**
 * A function that reads a queue to which other functions of the stage send. It contains only data. Its name is also the name of its
 * queue.
 */
export type Worker<R extends Resources = Resources, S extends Settings = Settings> = QueuedFunction<R, S>;

/** Options of {@link defineWorker}. */
export interface WorkerInput<R extends Resources, S extends Settings> extends ShapesInput {
  readonly name: string;
  readonly description: string;
  readonly resources?: R;
  readonly settings?: S;
  /** Name of the worker whose code and settings it has, too. @defaultValue they are its own */
  readonly sameAs?: string | undefined;
  /** What its messages cost. @defaultValue not known */
  readonly load?: Load | undefined;
}

/**
 * Defines a worker, for what webhooks hand on: a webhook that has many things to do for one event sends a message for each to the queue
 * of a worker, and each succeeds, waits or fails alone. A function sends to the queue if its resources say so (`kind: "queue"`).
 * Nothing else does: a worker subscribes to no topics. The defaults are those of a webhook.
 *
 * @throws {TypeError} for a definition that AWS would reject.
 *
 * @example
 * ```ts
 * import { defineWebhook, defineWorker } from "@rainhooks/webhook/define";
 *
 * export const calls = defineWorker({
 *   name: "calls",
 *   description: "Calls one system after the other.",
 *   batch: { size: 10 },
 * });
 * export const alerts = defineWebhook({
 *   name: "alerts",
 *   description: "Sends a message for each system to call.",
 *   events: ["rmaker.event.alert"],
 *   resources: {
 *     calls: { kind: "queue", env: "CALLS_QUEUE_URL", queue: calls.name, actions: ["sqs:SendMessage"] },
 *   },
 * });
 * console.log(calls.batch.size, calls.queue.visibilityTimeoutS, alerts.resources.calls.queue); // 10 182 calls
 * ```
 */
export function defineWorker<
  const R extends Resources = Record<string, never>,
  const S extends Settings = Record<string, never>,
>(input: WorkerInput<R, S>): Worker<R, S> {
  const worker: Worker<R, S> = {
    name: input.name,
    description: input.description,
    resources: input.resources ?? ({} as R),
    settings: input.settings ?? ({} as S),
    sameAs: input.sameAs,
    ...shapesOf(input),
    load: input.load,
  };
  const mistake = functionMistake(worker) ?? shapesMistake(worker);
  if (mistake !== undefined) throw new TypeError(`Worker ${JSON.stringify(input.name)}: ${mistake}.`);
  return worker;
}
