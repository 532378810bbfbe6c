import type { SQSClient } from "@aws-sdk/client-sqs";
import { RainhooksError } from "@rainhooks/core";
import { QUERY_API } from "@rainhooks/stage";
import type { FunctionDefinition, FunctionOf, QueuedFunction, Trigger } from "@rainhooks/webhook/define";
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

/** What starts the trigger of a function. */
interface TriggerStart extends TriggeredFunction {
  readonly options: FunctionOptions;
  readonly places: TriggerPlaces;
}

/** How a local stage invokes functions with a trigger. */
interface LocalTrigger<D> {
  /** How many invocations there can be at once, but those of replays. */
  readonly concurrency: (definition: D, options: FunctionOptions) => number;
  readonly start: (definition: D, start: TriggerStart) => RunningTrigger | Promise<RunningTrigger>;
}

/** Maximum concurrent requests to a URL. */
const MAX_URL_CONCURRENCY = 10;

const ofQueue: LocalTrigger<QueuedFunction> = {
  concurrency: ({ batch }, { maxConcurrency }) => localConcurrency(batch.maxConcurrency, maxConcurrency),
  start: (definition, { options, places: { sqs, own }, ...running }) => {
    if (own === undefined) throw new RainhooksError("stage-failed", `${definition.name} has no queue.`);
    if (options.paused?.includes(definition.name)) return { stop: async () => undefined };
    const concurrency = concurrencyOf(definition, options, own);
    const { endReceives, development } = options;
    const more = { endReceives, onBatch: development?.onBatch };
    return startQueueTrigger(definition, running, { sqs, own, concurrency, ...more });
  },
};

/** Functions start in this order of their triggers, and stop in the reverse order: none sends to one that has stopped. */
const TRIGGERS: { readonly [T in Trigger]: LocalTrigger<FunctionOf<T>> } = {
  queue: ofQueue,
  topics: ofQueue,
  rate: { concurrency: () => 1, start: startRateTrigger },
  url: {
    concurrency: () => localConcurrency(MAX_URL_CONCURRENCY),
    start: ({ name }, { options, functions, problem }) => {
      const invoke = (event: unknown) => functions.invoke(event);
      const server = functionUrl({ invoke, nowMs: Date.now, onFailure: problem });
      const port = name === QUERY_API ? (options.queryPort ?? 0) : 0;
      return startServerTrigger(server, port, "--query-port");
    },
  },
  invocation: {
    concurrency: ({ maxConcurrency }) => localConcurrency(maxConcurrency),
    start: (definition, { options, functions, problem }) => {
      const name = namesOf(options).resourceName(definition.name);
      const server = invokeApi({ name, invoke: (event) => functions.invoke(event), onFailure: problem });
      return startServerTrigger(server, 0, "the port of a function");
    },
  },
};

/** The order in which functions start. */
export const ORDER = Object.keys(TRIGGERS) as readonly Trigger[];

/** Returns how many invocations of a function there can be at once, for its own queue and for that of replays. */
export function concurrencyOf(
  definition: FunctionDefinition,
  options: FunctionOptions,
  own: FunctionQueues | undefined,
): { readonly live: number; readonly replays: number } {
  const replays = own?.replay === undefined ? 0 : (options.replayConcurrency ?? 1);
  return { live: liveOf(definition.trigger, definition, options), replays };
}

function liveOf<T extends Trigger>(trigger: T, definition: FunctionOf<T>, options: FunctionOptions): number {
  return TRIGGERS[trigger].concurrency(definition, options);
}

/** Starts what invokes a function. */
export async function startTrigger<T extends Trigger>(
  trigger: T,
  definition: FunctionOf<T>,
  start: TriggerStart,
): Promise<RunningTrigger> {
  return await TRIGGERS[trigger].start(definition, start);
}
