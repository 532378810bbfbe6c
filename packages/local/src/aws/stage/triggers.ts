import type { Server } from "node:http";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { LOCAL_REGION } from "@rainhooks/core/emulator";
import { messageOf, RainhooksError } from "@rainhooks/core/errors";
import { QUERY_API } from "@rainhooks/stage/outputs";
import type { FunctionOf, QueuedFunction } from "@rainhooks/webhook/define-function";
import type { Trigger } from "@rainhooks/webhook/trigger-fields";
import { startEventSourceMapping } from "../lambda/event-source-mapping.ts";
import type { FunctionPool } from "../lambda/function-pool.ts";
import { functionUrl, invokeApi } from "../lambda/function-servers.ts";
import { closeAtOnce, listen } from "../local-server.ts";
import type { FunctionQueues } from "../provision/provision.ts";
import { stopAll } from "../stop-all.ts";
import { type FunctionOptions, localConcurrency } from "./stage-options.ts";

/** What invokes a running function. */
export interface RunningTrigger {
  /** Where requests and invocations come in, of a function that programs reach. */
  readonly address?: string;
  /** Runs it once more, now, and waits for the end; only of a function that runs at a rate. */
  readonly run?: () => Promise<void>;
  /** Waits for what is running. */
  readonly stop: () => Promise<void>;
}

/** What the trigger of a function needs of it and of its stage. */
interface TriggerStart {
  readonly options: FunctionOptions;
  readonly sqs: SQSClient;
  /** The queues of a function that has some. */
  readonly own: FunctionQueues | undefined;
  readonly functions: FunctionPool;
  /** Reports a problem of the function. */
  readonly problem: (text: string) => void;
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
  concurrency: ({ batch }, { maxConcurrency }) =>
    localConcurrency(batch.maxConcurrency, maxConcurrency),
  start: startQueueTrigger,
};

/**
 * Functions start in this order of their triggers, and stop in the reverse order: none sends to one
 * that has stopped.
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
      return startServerTrigger(server, name === QUERY_API ? options.queryPort : 0, "--query-port");
    },
  },
  invocation: {
    concurrency: ({ maxConcurrency }) => localConcurrency(maxConcurrency),
    start: (definition, { options, functions, problem }) => {
      const name = options.names.resourceName(definition.name);
      const server = invokeApi({
        name,
        invoke: (event) => functions.invoke(event),
        onFailure: problem,
      });
      return startServerTrigger(server, 0, "the port of a function");
    },
  },
};

/** The order in which functions start. */
export const ORDER = Object.keys(TRIGGERS) as readonly Trigger[];

/** Returns how many invocations of a function there can be at once, for all of its queues. */
export function concurrencyOf<T extends Trigger>(
  trigger: T,
  definition: FunctionOf<T>,
  options: FunctionOptions,
  own: FunctionQueues | undefined,
): number {
  return TRIGGERS[trigger].concurrency(definition, options) + replaysOf(options, own);
}

function replaysOf(
  { maxConcurrency = 1 }: FunctionOptions,
  own: FunctionQueues | undefined,
): number {
  return own?.replay === undefined ? 0 : maxConcurrency;
}

/** Starts what invokes a function. */
export async function startTrigger<T extends Trigger>(
  trigger: T,
  definition: FunctionOf<T>,
  start: TriggerStart,
): Promise<RunningTrigger> {
  return await TRIGGERS[trigger].start(definition, start);
}

/** Lets a function read its queues. */
function startQueueTrigger(
  definition: QueuedFunction,
  { options, sqs, own, functions, problem }: TriggerStart,
): RunningTrigger {
  const { endReceives, traceHeaderOf, onBatch, paused = [] } = options;
  if (own === undefined)
    throw new RainhooksError("stage-failed", `${definition.name} has no queue.`);
  if (paused.includes(definition.name)) return { stop: async () => undefined };
  const map = (queue: FunctionQueues["queue"], maxConcurrency: number) =>
    startEventSourceMapping({
      sqs,
      queue,
      endReceives,
      traceHeaderOf,
      name: definition.name,
      allowsLoops: definition.trigger === "queue" && definition.maxAgeS !== undefined,
      batch: { ...definition.batch, maxConcurrency },
      region: LOCAL_REGION,
      invoke: (event, onLine, traceHeader) => functions.invoke(event, onLine, traceHeader),
      onFailure: problem,
      onError: (error) => problem(messageOf(error)),
      development:
        onBatch === undefined || definition.trigger !== "topics"
          ? undefined
          : { webhook: definition, onBatch, failedBatchWaitS: definition.queue.retryFirstWaitS },
    });
  const mappings = [map(own.queue, ofQueue.concurrency(definition, options))];
  if (own.replay !== undefined) mappings.push(map(own.replay, replaysOf(options, own)));
  return { stop: async () => void (await Promise.all(mappings.map((one) => one.stop()))) };
}

/** Milliseconds on a local stage for a minute of a rate. */
const MINUTE_MS = 2000;

/**
 * Runs a function at once, and then at its rate by the stage's clock, in which a minute takes two
 * seconds. A run that is due while another one lasts is left out.
 */
function startRateTrigger(
  { name, everyMinutes }: FunctionOf<"rate">,
  { functions, problem }: TriggerStart,
): RunningTrigger {
  const invoke = async () => {
    const outcome = await functions.invoke(scheduledEvent(name));
    if (outcome.kind === "error") problem(outcome.error.errorMessage);
  };
  let running: Promise<void> | undefined;
  /** Runs one after the other. */
  const run = async () => {
    const own = (running ?? Promise.resolve()).then(invoke);
    running = own;
    await own;
    if (running === own) running = undefined;
  };
  const timer = setInterval(() => {
    if (running === undefined) void run();
  }, everyMinutes * MINUTE_MS);
  void run();
  return { run, stop: () => stopAll([() => clearInterval(timer), () => running]) };
}

/** Source of the format: Amazon EventBridge user guide, "Scheduled event". */
function scheduledEvent(name: string) {
  return {
    version: "0",
    source: "aws.events",
    "detail-type": "Scheduled Event",
    time: new Date().toISOString(),
    resources: [`arn:aws:events:local:000000000000:rule/${name}`],
    detail: {},
  };
}

/**
 * Starts a server whose requests invoke a function.
 *
 * @param port 0 selects a free port.
 * @param flag The flag that selects another port.
 * @throws {RainhooksError} `stage-failed` when the port cannot be opened.
 */
async function startServerTrigger(
  server: Server,
  port: number,
  flag: string,
): Promise<RunningTrigger> {
  return {
    address: `http://${await listen(server, port, flag)}`,
    stop: () => closeAtOnce(server),
  };
}
