import { randomUUID } from "node:crypto";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { EventType } from "@rainhooks/core/catalog";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { notificationText } from "@rainhooks/core/deliveries/notification";
import type { TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { isDelivered } from "@rainhooks/extensions/forwarding/attempts/is-delivered";
import { attemptSink } from "@rainhooks/extensions/forwarding/attempts/write-attempts";
import { copyMemory } from "@rainhooks/extensions/forwarding/copies/memory";
import { destinationOf, settingsOf } from "@rainhooks/extensions/forwarding/destinations/destination-item";
import { cacheDestinations } from "@rainhooks/extensions/forwarding/destinations/known-destinations";
import { readSettings } from "@rainhooks/extensions/forwarding/destinations/read-settings";
import { setState } from "@rainhooks/extensions/forwarding/destinations/set-state";
import {
  putDestination,
  readDestination,
  removeDestination,
} from "@rainhooks/extensions/forwarding/destinations/store";
import { fanOutSink } from "@rainhooks/extensions/forwarding/fan-out/fan-out-sink";
import { tellPaused } from "@rainhooks/extensions/forwarding/fan-out/tell-paused";
import {
  attemptsTable,
  copiesTable,
  destinationsTable,
  outboxTable,
} from "@rainhooks/extensions/forwarding/forwarding-tables";
import { attempts, retries } from "@rainhooks/extensions/forwarding/functions/attempts/workers";
import { forward } from "@rainhooks/extensions/forwarding/functions/forward/webhook";
import { parseAttemptMessage } from "@rainhooks/extensions/forwarding/messages/attempt-message";
import { sendAttempts } from "@rainhooks/extensions/forwarding/messages/send-attempts";
import { appendToOutbox } from "@rainhooks/extensions/forwarding/outbox/append";
import { OutboxTable } from "@rainhooks/extensions/forwarding/outbox/store";
import { missedEvents } from "@rainhooks/extensions/forwarding/pauses/widen";
import { cachedSecrets } from "@rainhooks/extensions/forwarding/secrets/cached-secrets";
import { formatSecrets } from "@rainhooks/extensions/forwarding/secrets/parse";
import { newSigningSecret } from "@rainhooks/extensions/forwarding/secrets/rotate";
import type { DestinationSecrets } from "@rainhooks/extensions/forwarding/secrets/secrets";
import type { Sender } from "@rainhooks/extensions/forwarding/send/request";
import { createSender, type SenderOptions } from "@rainhooks/extensions/forwarding/send/sender";
import { attemptWorker } from "@rainhooks/extensions/forwarding/worker/attempt-worker";
import { ATTEMPT_METRICS, attemptMetrics } from "@rainhooks/extensions/forwarding/worker/define";
import type { AttemptLimits } from "@rainhooks/extensions/forwarding/worker/worker-options";
import { memoryRuleStore } from "@rainhooks/filter/store";
import { eventDeliveryHandler } from "@rainhooks/webhook/create";
import type { QueuedFunction } from "@rainhooks/webhook/define-function";
import { functionEnvironment } from "@rainhooks/webhook/environment";
import type { WebhookHandler } from "@rainhooks/webhook/handler";
import { messageHandler } from "@rainhooks/webhook/message-handler";
import { ownMetrics } from "@rainhooks/webhook/observe/metrics";
import { drainQueue } from "../drain-queue.ts";
import { runDoomed } from "./kills.ts";
import { alertDelivery, secretsIn } from "./world-parts.ts";
import { type FunctionQueues, WorldQueues } from "./world-queues.ts";

/** A function with its queues. */
interface Running extends FunctionQueues {
  readonly definition: QueuedFunction;
  readonly handler: WebhookHandler;
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
  /** Returns whether the next message to the queue of retries is there twice. @defaultValue never */
  readonly isTwice?: () => boolean;
  /** Decides in which lane many events of a destination wait, from 0 to 1. @defaultValue always 0 */
  readonly random?: () => number;
  /** The client of the tables that a function has, by its name. @defaultValue that of the tables */
  readonly clientOf?: (name: string) => DynamoDBClient;
}

const LIMITS: AttemptLimits = {
  maxWaiting: 1000,
  maxFailuresInRow: 50,
  minFailingMs: 900_000,
  slowMs: 2000,
};
/** So long may it take until all functions have seen a change of a destination. */
const KNOWN_AFTER_MS = 10_000;
const START_MS = Date.UTC(2026, 10, 26);
const MAX_STEPS = 100_000;

/**
 * The functions of forwarding with their real handlers and requests, on queues in memory with SQS's rules and
 * a clock that jumps from one scheduled moment to the next: days of retries take seconds.
 */
export class ForwardWorld {
  nowMs = START_MS;
  readonly lines: string[] = [];
  /** What the workers have sent to CloudWatch: the lines in its Embedded Metric Format. */
  readonly metricLines: string[] = [];
  readonly secrets = new Map<string, string>();
  /** What has been published. */
  readonly published: Delivery[] = [];
  readonly #tables: TestTables;
  readonly #queues: WorldQueues;
  readonly #options: WorldOptions;
  #senders: Sender[] = [];
  #running: readonly Running[] = [];
  /** The calls after which a function is killed in its next invocation, by its name. */
  readonly #killed = new Map<string, number>();

  constructor(tables: TestTables, options: WorldOptions = {}) {
    this.#tables = tables;
    this.#options = options;
    const { maxMessageBytes = {} } = options;
    this.#queues = new WorldQueues({ nowMs: () => this.nowMs, maxMessageBytes });
    this.restart();
  }

  /** The queues of the functions. */
  get queues(): WorldQueues {
    return this.#queues;
  }

  /**
   * Kills a function in its next invocation, after so many calls by clients with {@link beforeCall}; else at
   * its end: its queue is not told.
   */
  kill(name: string, afterCalls = Number.POSITIVE_INFINITY): void {
    this.#killed.set(name, afterCalls);
  }

  /** Restarts all functions, or one of them: what they had in memory is lost. */
  restart(only?: string): void {
    const kept = this.#running.filter(({ definition }) => only !== undefined && definition.name !== only);
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
    settings: { readonly id: string; readonly [name: string]: unknown },
    secrets: Partial<DestinationSecrets> = {},
    waitMs = KNOWN_AFTER_MS,
  ): Promise<DestinationSecrets> {
    const all = { url, signingSecrets: [{ secret: newSigningSecret() }], headers: {}, ...secrets };
    this.secrets.set(settings.id, formatSecrets(all));
    const read = readSettings({
      url: new URL(url).origin,
      headerNames: Object.keys(all.headers),
      ...(all.basic === undefined ? {} : { auth: "basic" }),
      ...(all.oauth2 === undefined ? {} : { auth: "oauth2" }),
      ...settings,
    });
    await putDestination(this.destinations, destinationOf(read, { nowMs: this.nowMs }));
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

  async remove(id: string): Promise<void> {
    await removeDestination(this.destinations, id);
    this.nowMs += 10_000;
  }

  /** Publishes an alert of a node, now or, for a message that arrives late, earlier. */
  alert(node_id: string, data: object = {}, atMs = this.nowMs): void {
    const delivery = alertDelivery(`sns-${this.published.length + 1}`, node_id, atMs, data);
    this.published.push(delivery);
    this.#queues.of("forward").queue.send(notificationText(delivery));
  }

  /** Sends any text to the webhook, as with raw message delivery. */
  raw(body: string): void {
    // SQS rejects empty messages.
    this.#queues.of("forward").queue.send(body || " ");
  }

  /** Runs the functions until a time passes. */
  async run(ms: number): Promise<void> {
    const untilMs = this.nowMs + ms;
    for (let step = 0; step < MAX_STEPS; step++) {
      const read = this.#read();
      for (const { queue, definition, handler } of read)
        await Promise.all(
          Array.from({ length: this.#options.copies ?? 1 }, () =>
            drainQueue(queue, this.#options.batchSize ?? definition.batch.size, handler),
          ),
        );
      const visible = read.some(({ queue }) => queue.counts().visible > 0);
      if (visible) continue;
      const next = read.flatMap(({ queue }) => queue.nextVisibleMs() ?? []);
      const nextMs = Math.min(...next, Number.POSITIVE_INFINITY);
      if (nextMs > untilMs) {
        this.nowMs = untilMs;
        return;
      }
      this.nowMs = Math.max(this.nowMs, nextMs);
    }
    throw new Error("The simulation does not end.");
  }

  /** The functions with the queues that they read. */
  #read(): readonly Pick<Running, "queue" | "definition" | "handler">[] {
    const forwards = this.#running.filter(({ definition }) => definition.name === "forward");
    return [...this.#running, ...forwards.map((one) => ({ ...one, queue: this.#queues.replayQueue }))];
  }

  #run(definition: QueuedFunction, make: () => WebhookHandler): Running {
    let handler = make();
    const killable: WebhookHandler = async (event, context) => {
      const afterCalls = this.#killed.get(definition.name);
      if (afterCalls === undefined) return handler(event, context);
      this.#killed.delete(definition.name);
      const old = handler;
      if (Number.isFinite(afterCalls)) handler = make();
      return runDoomed(afterCalls, () => old(event, context));
    };
    return { definition, handler: killable, ...this.#queues.of(definition.name) };
  }

  #handlerOptions(environment: Readonly<Record<string, string>>) {
    const { sqs: client } = this.#queues;
    return {
      environment,
      writeLine: (line: string) => void this.lines.push(line),
      nowMs: () => this.nowMs,
      sqs: async () => client,
    };
  }

  get #archived(): ReadonlySet<EventType> {
    return new Set(this.#options.archived);
  }

  /** The tables as a function reaches them. */
  #tablesOf(name: string) {
    const client = this.#options.clientOf?.(name) ?? this.#tables.client;
    const table = ({ name: tableName }: { readonly name: string }) => ({ client, tableName });
    return {
      destinations: table(destinationsTable),
      attempts: table(attemptsTable),
      copies: table(copiesTable),
      outbox: table(outboxTable),
    };
  }

  #send(queue: string): ReturnType<typeof sendAttempts> {
    const { sqs: client } = this.#queues;
    const { isTwice = () => false } = this.#options;
    const send = sendAttempts({
      client: async () => client,
      queueUrl: this.#queues.urlOf(queue),
      nowMs: () => this.nowMs,
    });
    return (messages) =>
      send(messages.flatMap((one) => (queue === "retries" && isTwice() ? [one, one] : [one])));
  }

  #forwardHandler(): WebhookHandler {
    const nowMs = () => this.nowMs;
    const environment = functionEnvironment(forward, this.#queues.namesFor("forward"));
    const { destinations, attempts: log, copies, outbox } = this.#tablesOf("forward");
    const sink = fanOutSink({
      destinations: tellPaused({
        known: cacheDestinations({ ...destinations, nowMs }),
        tell: (paused) =>
          void this.metricLines.push(
            ownMetrics({ Stage: "test" }, { [ATTEMPT_METRICS.paused]: ["Count", paused] }, this.nowMs),
          ),
        nowMs,
      }),
      copies: copyMemory({ ...copies, nowMs }),
      attributesOf: async () => new Map(),
      send: this.#send("attempts"),
      sendMissed: this.#send("retries"),
      append: appendToOutbox({
        ...{ table: new OutboxTable(outbox), send: this.#send("retries"), nowMs },
        random: this.#options.random ?? (() => 0),
      }),
      archived: this.#archived,
      missed: missedEvents(destinations),
      isDelivered: (webhookId, destination) => isDelivered(log, webhookId, destination),
      nowMs,
    });
    return eventDeliveryHandler(forward, () => sink, {
      ...this.#handlerOptions(environment),
      rules: memoryRuleStore([]),
    });
  }

  #messageHandler(worker: typeof attempts | typeof retries, queue: "first" | "retries"): WebhookHandler {
    const nowMs = () => this.nowMs;
    const sender = createSender({ allowPrivate: true, nowMs, ...this.#options.sender });
    this.#senders.push(sender);
    const { destinations, attempts: log, outbox } = this.#tablesOf(worker.name);
    const sink = attemptWorker({
      queue,
      limits: { ...LIMITS, ...this.#options.limits },
      store: destinations,
      destinations: cacheDestinations({ ...destinations, nowMs }),
      secretsOf: cachedSecrets(secretsIn(this.secrets), nowMs),
      sender,
      attempts: attemptSink(log),
      retries: this.#send("retries"),
      isDelivered: (webhookId, destination) => isDelivered(log, webhookId, destination),
      outbox: {
        table: new OutboxTable(outbox),
        newId: () => `batch_${randomUUID()}`,
      },
      archived: this.#archived,
      missed: missedEvents(destinations),
      warn: (message, fields) => void this.lines.push(JSON.stringify({ level: "warn", message, ...fields })),
      report: (figures) =>
        void this.metricLines.push(ownMetrics({ Stage: "test" }, attemptMetrics(figures), this.nowMs)),
      nowMs,
      random: () => 0.5,
      sleep: async (ms) => {
        this.nowMs += ms;
      },
    });
    const environment = functionEnvironment(worker, this.#queues.namesFor(worker.name));
    return messageHandler(worker, () => sink, {
      ...this.#handlerOptions(environment),
      parse: parseAttemptMessage,
    });
  }
}
