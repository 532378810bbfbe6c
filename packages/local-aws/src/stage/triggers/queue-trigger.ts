import type { SQSClient } from "@aws-sdk/client-sqs";
import { LOCAL_REGION, messageOf } from "@rainhooks/core";
import type { QueuedFunction } from "@rainhooks/webhook/define";
import { type MappingInDevelopment, startEventSourceMapping } from "../../lambda/event-source-mapping.ts";
import type { HandledBatch } from "../../lambda/record-outcomes.ts";
import type { FunctionQueues } from "../../provision/queues.ts";
import type { RunningTrigger, TriggeredFunction } from "./trigger.ts";

/** The queues of a function, and how it reads them. */
export interface QueueTriggerOptions {
  readonly sqs: SQSClient;
  readonly own: FunctionQueues;
  /** Concurrent invocations for its own queue, and for that of replays. */
  readonly concurrency: { readonly live: number; readonly replays: number };
  /** Ends the receives that wait for messages, where the services can. */
  readonly endReceives: (() => void) | undefined;
  /** Called for each batch that a webhook in development has handled. */
  readonly onBatch: ((batch: HandledBatch) => void) | undefined;
}

/** Lets a function read its queues. */
export function startQueueTrigger(
  definition: QueuedFunction,
  { functions, problem }: TriggeredFunction,
  { sqs, own, concurrency, endReceives, onBatch }: QueueTriggerOptions,
): RunningTrigger {
  const map = (queue: FunctionQueues["queue"], maxConcurrency: number) =>
    startEventSourceMapping({
      sqs,
      queue,
      ...(endReceives === undefined ? {} : { endReceives }),
      batch: { ...definition.batch, maxConcurrency },
      region: LOCAL_REGION,
      invoke: (event, onLine) => functions.invoke(event, onLine),
      nowMs: Date.now,
      onFailure: problem,
      onError: (error) => problem(messageOf(error)),
      ...inDevelopment(definition, onBatch),
    });
  const mappings = [
    map(own.queue, concurrency.live),
    ...(own.replay === undefined ? [] : [map(own.replay, concurrency.replays)]),
  ];
  return { stop: async () => void (await Promise.all(mappings.map((one) => one.stop()))) };
}

function inDevelopment(
  definition: QueuedFunction,
  onBatch: QueueTriggerOptions["onBatch"],
): { development?: MappingInDevelopment } {
  if (onBatch === undefined || definition.trigger !== "topics") return {};
  return {
    development: { webhook: definition, onBatch, failedBatchWaitS: definition.queue.retryFirstWaitS },
  };
}
