import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  appendToOutbox,
  attemptSink,
  attemptsTable,
  attemptWorker,
  type Destination,
  destinationsTable,
  isDelivered,
  knownDestinations,
  missedEvents,
  newSigningSecret,
  OutboxTable,
  outboxTable,
  type Sender,
  type WorkerMessage,
} from "@rainhooks/forwarding";
import type { readingTo } from "./readings.ts";

/** Messages of an invocation of a worker. */
const RECEIVED = 50;

/** What a player plays with. */
export interface PlayerOptions {
  readonly client: DynamoDBClient;
  /** The client of the table of the outbox alone. */
  readonly outboxClient: DynamoDBClient;
  readonly destination: Destination;
  readonly url: string;
  readonly sender: Sender;
}

/** The worker, with its queue in memory. */
export class OutboxPlayer {
  readonly #worker;
  readonly #append;
  readonly #sender: Sender;
  readonly #isDirect: boolean;
  #queue: WorkerMessage[] = [];
  #received = 0;

  /** Messages that were sent to its queue. */
  messages = 0;

  constructor({ client, outboxClient, destination, url, sender }: PlayerOptions) {
    const nowMs = Date.now;
    this.#sender = sender;
    const place = ({ name: tableName }: { readonly name: string }) => ({ client, tableName });
    const outbox = { client: outboxClient, tableName: outboxTable.name };
    const secrets = { url, signingSecrets: [{ secret: newSigningSecret() }], headers: {} };
    const send = async (messages: readonly WorkerMessage[]) => {
      // A wait for more events is over at once.
      this.messages += messages.length;
      this.#queue.push(...messages.map(({ dueAtMs: _, ...message }) => message as WorkerMessage));
      return [];
    };
    this.#isDirect = destination.batchEvents === undefined && !destination.inOrder;
    this.#append = appendToOutbox({
      table: new OutboxTable(outbox),
      send,
      nowMs: () => nowMs() - 60_000,
      random: Math.random,
    });
    this.#worker = attemptWorker({
      queue: "retries",
      limits: { maxWaiting: 1e6, maxFailuresInRow: 1e6, minFailingMs: 1e9, slowMs: 15_000 },
      store: place(destinationsTable),
      destinations: knownDestinations({ ...place(destinationsTable), nowMs }),
      secretsOf: async () => secrets,
      sender,
      attempts: attemptSink(place(attemptsTable)),
      retries: send,
      isDelivered: (webhookId, id) => isDelivered(place(attemptsTable), webhookId, id),
      outbox: { table: new OutboxTable(outbox), newId: () => `batch_${crypto.randomUUID()}` },
      archived: new Set(),
      missed: missedEvents(place(destinationsTable)),
      autoResume: false,
      tell: async () => undefined,
      warn: (message, fields) => console.error(message, fields),
      report: () => undefined,
      nowMs,
      random: Math.random,
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    });
  }

  async put(events: readonly ReturnType<typeof readingTo>[]): Promise<void> {
    if (this.#isDirect) this.#queue.push(...events.map(({ message }) => message));
    else await this.#append(events);
  }

  /** Handles messages until there are none, as two copies of the function do. */
  async work(): Promise<void> {
    const copies = [0, 1].map(async () => {
      while (this.#queue.length > 0) {
        const items = this.#queue.splice(0, RECEIVED).map((value) => {
          this.#received += 1;
          return { id: `m${this.#received}`, value };
        });
        const failures = await this.#worker.write(items);
        if (failures.length > 0) throw failures[0]?.error;
      }
    });
    await Promise.all(copies);
    if (this.#queue.length > 0) await this.work();
  }

  stop(): void {
    this.#sender.close();
  }
}
