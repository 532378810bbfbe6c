import type { Server } from "node:http";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { LOCAL_REGION } from "@rainhooks/core/emulator";
import { messageOf, RainhooksError } from "@rainhooks/core/errors";
import { QUERY_API } from "@rainhooks/stage/outputs";
import type { FunctionDefinition, FunctionOf, QueuedFunction } from "@rainhooks/webhook/define-function";
import type { Trigger } from "@rainhooks/webhook/trigger-fields";
import { type MappingInDevelopment, startEventSourceMapping } from "../../lambda/event-source-mapping.ts";
import { functionUrl } from "../../lambda/function-url.ts";
import { invokeApi } from "../../lambda/invoke-api.ts";
import type { HandledBatch } from "../../lambda/record-outcomes.ts";
import { listen } from "../../listen.ts";
import type { FunctionQueues } from "../../provision/queues.ts";
import { stopInTurn } from "../../stop-in-turn.ts";
import { type FunctionOptions, localConcurrency, namesOf } from "../function-options.ts";
import { startRateTrigger } from "./rate-trigger.ts";
import type { RunningTrigger, TriggeredFunction } from "./trigger.ts";

/** Where the messages of a function are. */
export interface TriggerQueues {
  readonly sqs: SQSClient;
  /** The queues of a function that has some. */
  readonly own: FunctionQueues | undefined;
}

/** What starts the trigger of a function. */
interface TriggerStart extends TriggeredFunction {
  readonly options: FunctionOptions;
  readonly places: TriggerQueues;
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

/**
 * Functions start in this order of their triggers, and stop in the reverse order: none sends to one that has
 * stopped.
 */
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

/**
 * Returns how many invocations of a function there can be at once, for its own queue and for that of replays.
 */
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

/** The queues of a function, and how it reads them. */
interface QueueTriggerOptions {
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
function startQueueTrigger(
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

/**
 * Starts a server whose requests invoke a function.
 *
 * @param port 0 selects a free port.
 * @param flag The flag that selects another port.
 * @throws {RainhooksError} `stage-failed` when the port cannot be opened.
 */
async function startServerTrigger(server: Server, port: number, flag: string): Promise<RunningTrigger> {
  return {
    address: `http://${await listen(server, port, flag)}`,
    stop: () =>
      stopInTurn([() => server.closeAllConnections(), () => new Promise((resolve) => server.close(resolve))]),
  };
}
