import { randomUUID } from "node:crypto";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { EventType } from "@rainhooks/core/catalog";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { notificationText } from "@rainhooks/core/deliveries/notification";
import { DAY_MS } from "@rainhooks/core/durations";
import type { TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { claimAttempts } from "@rainhooks/extensions/forwarding/attempts/claim-attempt";
import { isDelivered } from "@rainhooks/extensions/forwarding/attempts/is-delivered";
import { attemptSink } from "@rainhooks/extensions/forwarding/attempts/write-attempts";
import { copyMemory } from "@rainhooks/extensions/forwarding/copies/memory";
import { cacheDestinations } from "@rainhooks/extensions/forwarding/destinations/cached-destinations";
import {
  destinationOf,
  settingsOf,
} from "@rainhooks/extensions/forwarding/destinations/destination-item";
import { readSettings } from "@rainhooks/extensions/forwarding/destinations/read-settings";
import { setState } from "@rainhooks/extensions/forwarding/destinations/set-state";
import {
  putDestination,
  readDestination,
  removeDestination,
} from "@rainhooks/extensions/forwarding/destinations/store";
import { fanOutSink } from "@rainhooks/extensions/forwarding/fan-out/fan-out-sink";
import {
  attemptsTable,
  copiesTable,
  destinationsTable,
  outboxTable,
} from "@rainhooks/extensions/forwarding/forwarding-tables";
import { attempts, retries } from "@rainhooks/extensions/forwarding/functions/attempts/workers";
import { forward } from "@rainhooks/extensions/forwarding/functions/forward/webhook";
import {
  parseAttemptMessage,
  sinceMsOf,
} from "@rainhooks/extensions/forwarding/messages/attempt-message";
import { sendAttempts } from "@rainhooks/extensions/forwarding/messages/send-attempts";
import { appendToOutbox } from "@rainhooks/extensions/forwarding/outbox/append";
import { missedEvents } from "@rainhooks/extensions/forwarding/pauses/widen";
import { destinationsStopped } from "@rainhooks/extensions/forwarding/rounds/destinations-stopped";
import { cachedSecrets } from "@rainhooks/extensions/forwarding/secrets/cached-secrets";
import type { DestinationSecrets } from "@rainhooks/extensions/forwarding/secrets/secrets";
import {
  createSender,
  type Sender,
  type SenderOptions,
} from "@rainhooks/extensions/forwarding/send/sender";
import { attemptWorker } from "@rainhooks/extensions/forwarding/worker/attempt-worker";
import type { AttemptLimits } from "@rainhooks/extensions/forwarding/worker/worker-options";
import { memoryRuleStore } from "@rainhooks/filter/store";
import { type AuditTable, putAudit } from "@rainhooks/stage/operations/put-audit";
import type { Round } from "@rainhooks/stage/rounds/round-check";
import { auditsTable } from "@rainhooks/stage/tables/stage-tables";
import type { MemoryQueue } from "@rainhooks/testing/memory-queue";
import { eventDeliveryHandler } from "@rainhooks/webhook/create";
import type { QueuedFunction } from "@rainhooks/webhook/define-function";
import { functionEnvironment } from "@rainhooks/webhook/environment";
import type { WebhookHandler } from "@rainhooks/webhook/handler";
import { messageHandler } from "@rainhooks/webhook/message-handler";
import { replayQueueName } from "@rainhooks/webhook/names";
import { customMetrics } from "@rainhooks/webhook/observe/metrics";
import { invoke, playedClient } from "../invocations.ts";
import { type HandledQueue, PlayedQueues } from "../played-queues.ts";
import { type GivenSettings, putNew } from "./put-destination.ts";

/** A function that handles its queue. */
interface Running extends HandledQueue {
  readonly name: string;
}

/** Options of {@link ForwardWorld}. */
export interface WorldOptions {
  readonly limits?: Partial<AttemptLimits>;
  readonly sender?: SenderOptions;
  /** Maximum size of a message in a queue, by its name. */
  readonly maxMessageBytes?: Readonly<Record<string, number>>;
  /** Event types that the stage archives. @defaultValue none */
  readonly archived?: readonly EventType[];
  /** Copies of each function that handle messages side by side. @defaultValue 1 */
  readonly copies?: number;
  /** Maximum messages of an invocation. @defaultValue what the functions have */
  readonly batchSize?: number;
  /**
   * Decides the order in which the messages of a queue are received, from 0 to 1. @defaultValue as
   * sent
   */
  readonly order?: () => number;
  /**
   * Returns whether Lambda lets a function go on in a loop. @defaultValue invocations are not
   * counted
   */
  readonly allowsLoops?: (definition: QueuedFunction) => boolean;
  /**
   * Returns whether the next message to the queue of retries is there twice. @defaultValue never
   */
  readonly isTwice?: () => boolean;
  /**
   * Returns whether the next record of what a worker does by itself cannot be written.
   * @defaultValue never
   */
  readonly isAuditLost?: () => boolean;
  /**
   * Decides in which lane many events of a destination wait, from 0 to 1. @defaultValue always 0
   */
  readonly random?: () => number;
  /** The client of the tables that a function has, by its name. @defaultValue that of the tables */
  readonly clientOf?: (name: string) => DynamoDBClient;
}

const LIMITS: AttemptLimits = {
  maxWaiting: 1000,
  maxFailures: 50,
  minFailing: 900_000,
  slowAfter: 2000,
};
/** So long may it take until all functions have seen a change of a destination. */
const KNOWN_AFTER_MS = 10_000;
const START_MS = Date.UTC(2026, 10, 26);
const REPLAYS = replayQueueName(forward.name);

/** Creates the tables of {@link ForwardWorld}. */
export async function createForwardTables(tables: TestTables): Promise<void> {
  for (const table of [attemptsTable, auditsTable, copiesTable, destinationsTable, outboxTable])
    await tables.create(table);
}

/** Makes the delivery of an alert. */
export function alertDelivery(
  id: string,
  node_id: string,
  atMs: number,
  data: object = {},
): Delivery {
  const event_data = { node_id, message_body: "Too hot", ...data };
  const body = JSON.stringify({ event_type: "rmaker.event.alert", timestamp: atMs, event_data });
  return { id, sentAtMs: atMs, topic: "alerts", attributes: {}, body };
}

/** The functions of forwarding with their real handlers and requests, on played queues. */
export class ForwardWorld extends PlayedQueues {
  readonly lines: string[] = [];
  /** What the workers have sent to CloudWatch: the lines in its Embedded Metric Format. */
  readonly metricLines: string[] = [];
  readonly secrets = new Map<string, string>();
  /** What has been published. */
  readonly published: Delivery[] = [];
  readonly #tables: TestTables;
  /** The queue of the replays of the webhook. */
  readonly #replays: MemoryQueue;
  readonly #options: WorldOptions;
  #senders: Sender[] = [];
  #running: readonly Running[] = [];
  readonly #playedSqs = playedClient(this.sqs);
  /** The calls after which a function is killed in its next invocation, by its name. */
  readonly #killed = new Map<string, number>();
  /** The functions that handle nothing at the moment: their queues have a backlog. */
  readonly held = new Set<string>();

  constructor(tables: TestTables, options: WorldOptions = {}) {
    super(START_MS);
    this.#tables = tables;
    this.#options = options;
    for (const definition of [forward, attempts, retries]) {
      const maxMessageBytes = options.maxMessageBytes?.[definition.name];
      this.makeQueues(definition, {
        ...(maxMessageBytes === undefined ? {} : { maxMessageBytes }),
        ...(options.order === undefined ? {} : { random: options.order }),
      });
    }
    this.#replays = this.makeQueue(REPLAYS, forward.name);
    this.restart();
  }

  /** The queue to which replays for the webhook send, and the client and URLs to send with. */
  get replays() {
    const deadLetterQueueUrl = this.urlOf("forward-dead-letters");
    return { sqs: this.sqs, queueUrl: this.urlOf(REPLAYS), deadLetterQueueUrl };
  }

  /**
   * Returns the ids of the requests whose messages are dead letters of a worker: a message that SQS
   * delivers twice can be there twice.
   */
  deadIds(name: string): ReadonlySet<unknown> {
    const bodies = this.queuesOf(name).deadLetters.peek();
    return new Set(
      bodies.map(({ body }) => (JSON.parse(body) as { webhookId: unknown }).webhookId),
    );
  }

  /**
   * Kills a function in its next invocation, after so many calls; else at its end: its queue is not
   * told.
   */
  kill(name: string, afterCalls = Number.POSITIVE_INFINITY): void {
    this.#killed.set(name, afterCalls);
  }

  /** Restarts all functions, or one of them: what they had in memory is lost. */
  restart(only?: string): void {
    const kept = this.#running.filter(({ name }) => only !== undefined && name !== only);
    if (only === undefined) this.stop();
    const made = [forward, attempts, retries]
      .filter(({ name }) => only === undefined || name === only)
      .map((definition) => this.#run(definition, () => this.#handlerOf(definition)));
    this.#running = [...kept, ...made];
  }

  #handlerOf(definition: typeof forward | typeof attempts | typeof retries): WebhookHandler {
    if ("events" in definition) return this.#forwardHandler();
    return this.#messageHandler(definition, definition.name === "attempts" ? "first" : "retries");
  }

  stop(): void {
    for (const sender of this.#senders) sender.close();
    this.#senders = [];
  }

  /** The tables of destinations and of attempts, for the functions that read and change them. */
  get destinations() {
    return { client: this.#tables.client, tableName: destinationsTable.name };
  }
  get attempts() {
    return { client: this.#tables.client, tableName: attemptsTable.name };
  }

  get outbox() {
    return { client: this.#tables.client, tableName: outboxTable.name };
  }

  /** Adds a destination; returns its secrets. */
  async add(
    url: string,
    settings: GivenSettings,
    secrets: Partial<DestinationSecrets> = {},
    waitMs = KNOWN_AFTER_MS,
  ): Promise<DestinationSecrets> {
    const stores = { table: this.destinations, secrets: this.#secretStore };
    const all = await putNew(stores, url, settings, secrets, this.nowMs);
    this.nowMs += waitMs;
    return all;
  }

  /** Changes settings of a destination. */
  async change(id: string, settings: object): Promise<void> {
    const destination = await readDestination(this.destinations, id);
    if (destination === undefined) throw new Error(`There is no destination ${id}.`);
    const changed = readSettings({ ...settingsOf(destination), ...settings });
    await putDestination(
      this.destinations,
      destinationOf(changed, { nowMs: this.nowMs, replaces: destination }),
    );
  }

  /** Lets a destination get events again. */
  async resume(id: string): Promise<void> {
    await setState(this.destinations, id, { state: "active", atMs: this.nowMs });
  }

  /** Lets a destination get no events. */
  async pause(id: string): Promise<void> {
    await setState(this.destinations, id, { state: "paused", atMs: this.nowMs });
  }

  /** Returns what the rounds find of destinations. */
  stopped() {
    const round = {
      outputs: { tables: { destinations: destinationsTable.name } },
      clients: { dynamodb: this.#tables.client },
    } as unknown as Round;
    return destinationsStopped.find(round);
  }

  async remove(id: string): Promise<void> {
    await removeDestination(this.destinations, id);
    this.nowMs += 10_000;
  }

  /** Publishes an alert of a node, now or, for a message that arrives late, earlier. */
  alert(node_id: string, data: object = {}, atMs = this.nowMs): void {
    const delivery = alertDelivery(`sns-${this.published.length + 1}`, node_id, atMs, data);
    this.published.push(delivery);
    this.queuesOf("forward").queue.send(notificationText(delivery));
  }

  /** Sends any text to the webhook, as with raw message delivery. */
  raw(body: string): void {
    // SQS rejects empty messages.
    this.queuesOf("forward").queue.send(body || " ");
  }

  /** Runs the functions until a time passes. */
  async run(ms: number): Promise<void> {
    await this.handleUntil(this.nowMs + ms, () => this.#read(), this.#options.copies);
  }

  /** The functions with the queues that they read. */
  #read(): readonly HandledQueue[] {
    const forwards = this.#running.filter(({ name }) => name === forward.name);
    const all = [...this.#running, ...forwards.map((one) => ({ ...one, queue: this.#replays }))];
    return all.filter(({ name }) => !this.held.has(name));
  }

  #run(definition: QueuedFunction, make: () => WebhookHandler): Running {
    const { name, batch } = definition;
    let handler = make();
    const killable: WebhookHandler = async (event, context) => {
      const afterCalls = this.#killed.get(name);
      if (afterCalls === undefined) return handler(event, context);
      this.#killed.delete(name);
      const old = handler;
      if (Number.isFinite(afterCalls)) handler = make();
      const outcomeOf = (call: number) => (call > afterCalls ? "killed before" : "done");
      return invoke({ outcomeOf, isKilled: true }, () => old(event, context));
    };
    const { queue } = this.queuesOf(name);
    const { allowsLoops, batchSize = batch.size } = this.#options;
    const counted = allowsLoops && { name, allowsLoops: allowsLoops(definition) };
    return { name, queue, batchSize, handler: killable, counted };
  }

  #handlerOptions(environment: Readonly<Record<string, string>>) {
    return {
      environment,
      writeLine: (line: string) => void this.lines.push(line),
      nowMs: () => this.nowMs,
      sqs: async () => this.#playedSqs,
    };
  }

  get #secretStore() {
    return {
      get: async (id: string) => this.secrets.get(id),
      put: async (id: string, text: string) => void this.secrets.set(id, text),
      remove: async (id: string) => void this.secrets.delete(id),
    };
  }

  get #archived(): ReadonlySet<EventType> {
    return new Set(this.#options.archived);
  }

  /** The tables as a function reaches them. */
  /** The records of what workers have done by themselves. */
  get audits(): AuditTable {
    return { client: this.#tables.client, tableName: auditsTable.name, keepDays: 400 };
  }

  #tablesOf(name: string) {
    const client = playedClient(this.#options.clientOf?.(name) ?? this.#tables.client);
    const table = ({ name: tableName }: { readonly name: string }) => ({ client, tableName });
    return {
      destinations: table(destinationsTable),
      attempts: table(attemptsTable),
      copies: table(copiesTable),
      outbox: table(outboxTable),
    };
  }

  #send(queue: string): ReturnType<typeof sendAttempts> {
    const { isTwice = () => false } = this.#options;
    const send = sendAttempts({
      client: async () => this.#playedSqs,
      queueUrl: this.urlOf(queue),
      nowMs: () => this.nowMs,
    });
    return (messages) =>
      send(messages.flatMap((one) => (queue === "retries" && isTwice() ? [one, one] : [one])));
  }

  #forwardHandler(): WebhookHandler {
    const nowMs = () => this.nowMs;
    const environment = functionEnvironment(forward, this.namesFor("forward"));
    const { destinations, attempts: log, copies, outbox } = this.#tablesOf("forward");
    const sink = fanOutSink({
      destinations: cacheDestinations({ ...destinations, nowMs }),
      copies: copyMemory(copies, nowMs),
      attributesOf: async () => new Map(),
      send: this.#send("attempts"),
      sendMissed: this.#send("retries"),
      append: appendToOutbox({
        table: outbox,
        send: this.#send("retries"),
        nowMs,
        random: this.#options.random ?? (() => 0),
      }),
      archived: this.#archived,
      missed: missedEvents(destinations),
      isDelivered: (webhookId, destination) => isDelivered(log, webhookId, destination),
    });
    return eventDeliveryHandler(forward, () => sink, {
      ...this.#handlerOptions(environment),
      rules: memoryRuleStore([]),
    });
  }

  #messageHandler(
    worker: typeof attempts | typeof retries,
    queue: "first" | "retries",
  ): WebhookHandler {
    const nowMs = () => this.nowMs;
    const sender = createSender({ allowPrivate: true, nowMs, ...this.#options.sender });
    this.#senders.push(sender);
    const { destinations, attempts: log, outbox } = this.#tablesOf(worker.name);
    const sink = attemptWorker({
      queue,
      limits: { ...LIMITS, ...this.#options.limits },
      store: destinations,
      destinations: cacheDestinations({ ...destinations, nowMs }),
      secretsOf: cachedSecrets(this.#secretStore, nowMs),
      sender,
      attempts: attemptSink(log),
      retries: this.#send("retries"),
      claimAttempt: claimAttempts(log, { nowMs, keepMs: DAY_MS }),
      isDelivered: (webhookId, destination) => isDelivered(log, webhookId, destination),
      outbox: {
        table: outbox,
        newId: () => `batch_${randomUUID()}`,
      },
      archived: this.#archived,
      missed: missedEvents(destinations),
      audit: async (one) => {
        if (this.#options.isAuditLost?.() === true) throw new Error("throttled");
        await putAudit(this.audits, {
          ...one,
          caller: `function ${worker.name}`,
          door: "function",
        });
      },
      warn: (message, fields) =>
        void this.lines.push(JSON.stringify({ level: "warn", message, ...fields })),
      report: (metrics) =>
        void this.metricLines.push(customMetrics({ Stage: "test" }, metrics, this.nowMs)),
      nowMs,
      random: () => 0.5,
      sleep: async (ms) => {
        this.nowMs += ms;
      },
    });
    const environment = functionEnvironment(worker, this.namesFor(worker.name));
    return messageHandler(worker, () => sink, {
      ...this.#handlerOptions(environment),
      parse: parseAttemptMessage,
      sinceMs: sinceMsOf,
    });
  }
}
