import type { SQSClient } from "@aws-sdk/client-sqs";
import { RainhooksError } from "@rainhooks/core";
import { QUERY_API } from "@rainhooks/stage";
import type { FunctionDefinition, Trigger } from "@rainhooks/webhook/define";
import { functionUrl } from "../../lambda/function-url.ts";
import { invokeApi } from "../../lambda/invoke-api.ts";
import type { FunctionQueues } from "../../provision/queues.ts";
import { type FunctionOptions, localConcurrency, namesOf } from "../function-options.ts";
import { startQueueTrigger } from "./queue-trigger.ts";
import { startRateTrigger } from "./rate-trigger.ts";
import { startServerTrigger } from "./server-trigger.ts";
import type { RunningTrigger, TriggeredFunction } from "./trigger.ts";

/** Where the messages of a function are. */
export interface TriggerPlaces {
  readonly sqs: SQSClient;
  /** The queues of a function that has some. */
  readonly own: FunctionQueues | undefined;
}

/** Maximum concurrent requests to a URL. */
const MAX_URL_CONCURRENCY = 10;

/** Returns how many invocations of a function there can be at once, for its own queue and for that of replays. */
export function concurrencyOf(
  definition: FunctionDefinition,
  { maxConcurrency, replayConcurrency = 1 }: FunctionOptions,
  own: FunctionQueues | undefined,
): { readonly live: number; readonly replays: number } {
  const replays = own?.replay === undefined ? 0 : replayConcurrency;
  switch (definition.trigger) {
    case "topics":
    case "queue":
      return { live: localConcurrency(definition.batch.maxConcurrency, maxConcurrency), replays };
    case "rate":
      return { live: 1, replays };
    case "invocation":
      return { live: localConcurrency(definition.maxConcurrency), replays };
    case "url":
      return { live: localConcurrency(MAX_URL_CONCURRENCY), replays };
  }
}

const TURN: Readonly<Record<Trigger, number>> = { queue: 1, topics: 2, rate: 3, url: 4, invocation: 5 };

/** The order in which functions start. They stop in the reverse order: none sends to one that has stopped. */
export const ORDER: readonly Trigger[] = (Object.keys(TURN) as Trigger[]).toSorted(
  (a, b) => TURN[a] - TURN[b],
);

/** Starts what invokes a function. */
export async function startTrigger(
  definition: FunctionDefinition,
  options: FunctionOptions,
  running: TriggeredFunction,
  { sqs, own }: TriggerPlaces,
): Promise<RunningTrigger> {
  const { functions, problem } = running;
  switch (definition.trigger) {
    case "topics":
    case "queue": {
      if (own === undefined) throw new RainhooksError("stage-failed", `${definition.name} has no queue.`);
      if (options.paused?.includes(definition.name)) return { stop: async () => undefined };
      const concurrency = concurrencyOf(definition, options, own);
      const onBatch = options.development?.onBatch;
      return startQueueTrigger(definition, running, { sqs, own, concurrency, onBatch });
    }
    case "rate":
      return startRateTrigger(definition, running);
    case "invocation": {
      const name = namesOf(options).resourceName(definition.name);
      const server = invokeApi({ name, invoke: (event) => functions.invoke(event), onFailure: problem });
      return startServerTrigger(server, 0, "the port of a function");
    }
    case "url": {
      const invoke = (event: unknown) => functions.invoke(event);
      const server = functionUrl({ invoke, nowMs: Date.now, onFailure: problem });
      return startServerTrigger(
        server,
        definition.name === QUERY_API ? (options.queryPort ?? 0) : 0,
        "--query-port",
      );
    }
  }
}
