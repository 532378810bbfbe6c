import { setTimeout as pause } from "node:timers/promises";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
import { attempts } from "@rainhooks/app-attempts/worker";
import { forward } from "@rainhooks/app-forward/webhook";
import { retries } from "@rainhooks/app-retries/worker";
import { filterRulesTable, memoryRuleStore } from "@rainhooks/filter";
import {
  attemptLimits,
  attemptSink,
  attemptWorker,
  cachedSecrets,
  copyMemory,
  createSender,
  type DestinationStore,
  destinationOf,
  fanOutSink,
  formatSecrets,
  knownDestinations,
  missedEvents,
  newSigningSecret,
  parseAttemptMessage,
  putDestination,
  readSettings,
  sendAttempts,
  setState,
} from "@rainhooks/forwarding";
import { LOCAL_CREDENTIALS, LOCAL_REGION } from "@rainhooks/stage";
import { type MemoryQueue, MemoryQueues } from "@rainhooks/testing";
import { eventDeliveryHandler, type WebhookHandler, workerHandler } from "@rainhooks/webhook";
import type { QueuedFunction } from "@rainhooks/webhook/define";
import { functionEnvironment, workerEnvironment } from "@rainhooks/webhook/environment";
import { EventSource, type SourceFigures } from "./event-source.ts";

/** Options of {@link LiveForward}. */
export interface LiveOptions {
  /** The table of destinations: a real one. */
  readonly store: DestinationStore;
  /** The client for copies and the log of attempts: only the time of their calls counts. */
  readonly quick: DynamoDBClient;
  /** Whether the queues know message groups. */
  readonly isFair: boolean;
  /** Maximum invocations of each worker at once. @defaultValue those of its definition */
  readonly maxConcurrency?: number | undefined;
}

/** Functions read destinations again after 5 s; until they have, what is redriven becomes a dead letter once more. */
const KNOWN_AFTER_MS = 10_000;

/** The names of the functions. */
type Name = "forward" | "attempts" | "retries";

/**
 * The functions of forwarding with their real handlers and requests, in real time: queues in memory with SQS's rules, and event source mappings
 * that invoke as many functions at once as the definitions say.
 */
export class LiveForward {
  readonly #options: LiveOptions;
  readonly #queues = new MemoryQueues(Date.now);
  readonly #sqs: SQSClient;
  readonly #secrets = new Map<string, string>();
  readonly #senders: { close(): void }[] = [];
  readonly #sources = new Map<string, EventSource>();
  #published = 0;

  constructor(options: LiveOptions) {
    this.#options = options;
    this.#sqs = new SQSClient({
      region: LOCAL_REGION,
      credentials: LOCAL_CREDENTIALS,
      maxAttempts: 1,
      useQueueUrlAsEndpoint: false,
      requestHandler: this.#queues.requestHandler,
    });
    this.#add(forward, () => this.#fanOut());
    this.#add(this.#sized(attempts), () => this.#worker(attempts, "first"));
    this.#add(this.#sized(retries), () => this.#worker(retries, "retries"));
  }

  /** Adds a destination for all events. */
  async destination(id: string, url: string): Promise<void> {
    const secrets = { url, signingSecrets: [{ secret: newSigningSecret() }], headers: {} };
    this.#secrets.set(id, formatSecrets(secrets));
    const settings = readSettings({ id, url: new URL(url).origin });
    await putDestination(this.#options.store, destinationOf(settings, { nowMs: Date.now() }));
  }

  start(): void {
    for (const source of this.#sources.values()) void source.run();
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#sources.values()].map((source) => source.stop()));
    for (const sender of this.#senders) sender.close();
  }

  /** Publishes an alert of a new node. */
  publish(): void {
    this.#published += 1;
    const atMs = Date.now();
    const event_data = { node_id: `node-${this.#published}`, message_body: "Too hot", user_id: "ann" };
    const envelope = {
      Type: "Notification",
      MessageId: `sns-${this.#published}`,
      TopicArn: "arn:aws:sns:us-east-1:000000000000:alerts",
      Message: JSON.stringify({ event_type: "rmaker.event.alert", timestamp: atMs, event_data }),
      Timestamp: new Date(atMs).toISOString(),
    };
    this.queue("forward").send(JSON.stringify(envelope));
  }

  queue(name: Name | `${Name}-dead-letters`): MemoryQueue {
    const queue = this.#queues.find(name);
    if (queue === undefined) throw new Error(`There is no queue ${name}.`);
    return queue;
  }

  /** What the event source mapping of a function has done. */
  figures(name: Name): SourceFigures {
    const source = this.#sources.get(name);
    if (source === undefined) throw new Error(`There is no function ${name}.`);
    return source.figures;
  }

  /** Lets a destination get events again, and, when all functions know it, moves the dead letters of both workers back to their queues. */
  async resume(id: string): Promise<void> {
    await setState(this.#options.store, id, { state: "active", atMs: Date.now() });
    await pause(KNOWN_AFTER_MS);
    for (const name of ["attempts", "retries"] as const) {
      const deadLetters = this.queue(`${name}-dead-letters`);
      for (const { body, receiptHandle } of deadLetters.receive(Number.POSITIVE_INFINITY)) {
        this.queue(name).send(body, { groupId: id });
        deadLetters.delete(receiptHandle);
      }
    }
  }

  #sized<Of extends QueuedFunction>(worker: Of): Of {
    const { maxConcurrency = worker.batch.maxConcurrency } = this.#options;
    return { ...worker, batch: { ...worker.batch, maxConcurrency } };
  }

  #add(definition: QueuedFunction, makeHandler: () => WebhookHandler): void {
    const { name, queue } = definition;
    const { visibilityTimeoutS, retentionS, deadLetterRetentionS, maxReceives } = queue;
    const { isFair } = this.#options;
    const deadLetters = this.#queues.create(`${name}-dead-letters`, { retentionS: deadLetterRetentionS });
    const own = this.#queues.create(name, {
      visibilityTimeoutS,
      retentionS,
      maxReceives,
      deadLetters,
      isFair,
    });
    this.#sources.set(name, new EventSource(definition, own, makeHandler));
  }

  #names(name: string) {
    return {
      stage: "bench",
      integration: "rainhooks-bench",
      deadLetterQueueUrl: this.#queues.urlOf(`${name}-dead-letters`),
      queueUrl: this.#queues.urlOf(name),
      resourceName: (resource: string) => resource,
      queueUrlOf: (worker: string) => this.#queues.urlOf(worker),
    };
  }

  #handlerOptions(environment: Readonly<Record<string, string>>) {
    return { environment, writeLine: () => undefined, sqs: async () => this.#sqs };
  }

  #send(queue: Name) {
    const queueUrl = this.#queues.urlOf(queue);
    return sendAttempts({ client: async () => this.#sqs, queueUrl, nowMs: Date.now });
  }

  #fanOut(): WebhookHandler {
    const { store, quick } = this.#options;
    const sink = fanOutSink({
      destinations: knownDestinations({ ...store, nowMs: Date.now }),
      copies: copyMemory({ client: quick, tableName: "copies" }),
      tagsOf: async () => new Map(),
      send: this.#send("attempts"),
      sendMissed: this.#send("retries"),
      archived: new Set(),
      missed: missedEvents(store),
      claimProbe: async () => false,
      isDelivered: async () => false,
      nowMs: Date.now,
    });
    const environment = functionEnvironment(forward, this.#names("forward"), filterRulesTable.name);
    return eventDeliveryHandler(forward, () => sink, {
      ...this.#handlerOptions(environment),
      rules: memoryRuleStore([]),
    });
  }

  #worker(worker: typeof attempts | typeof retries, queue: "first" | "retries"): WebhookHandler {
    const { store, quick } = this.#options;
    const environment = workerEnvironment(worker, this.#names(worker.name));
    const sender = createSender({ allowPrivate: true });
    this.#senders.push(sender);
    return workerHandler(
      worker,
      ({ settings }) =>
        attemptWorker({
          queue,
          limits: attemptLimits(settings),
          store,
          destinations: knownDestinations({ ...store, nowMs: Date.now }),
          secretsOf: cachedSecrets({ store: this.#secretStore(), nowMs: Date.now }),
          sender,
          attempts: attemptSink({ client: quick, tableName: "attempts" }),
          retries: this.#send("retries"),
          isDelivered: async () => false,
          archived: new Set(),
          missed: missedEvents(store),
          autoResume: false,
          tell: async () => undefined,
          warn: () => undefined,
          report: () => undefined,
          nowMs: Date.now,
          random: Math.random,
          sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
        }),
      { ...this.#handlerOptions(environment), parse: parseAttemptMessage },
    );
  }

  #secretStore() {
    const secrets = this.#secrets;
    return {
      get: async (id: string) => secrets.get(id),
      put: async (id: string, text: string) => void secrets.set(id, text),
      remove: async (id: string) => void secrets.delete(id),
    };
  }
}
