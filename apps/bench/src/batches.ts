import { createServer } from "node:http";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb";
import {
  appendToOutbox,
  attemptSink,
  attemptsTable,
  attemptWorker,
  createSender,
  type Destination,
  destinationOf,
  destinationsTable,
  isDelivered,
  knownDestinations,
  missedEvents,
  newSigningSecret,
  OutboxTable,
  outboxTable,
  putDestination,
  readSettings,
  type WorkerMessage,
} from "@rainhooks/forwarding";
import { listenOnLoopback } from "@rainhooks/testing";
import { readingTo } from "./units/outbox-units.ts";

/** A destination of the benchmark, and its events. */
interface Play {
  readonly name: string;
  readonly settings: object;
  readonly events: number;
  readonly nodes: number;
}

const PLAYS: readonly Play[] = [
  { name: "each event by itself", settings: {}, events: 5000, nodes: 10_000 },
  { name: "batches of 10", settings: { batchEvents: 10 }, events: 20_000, nodes: 10_000 },
  { name: "batches of 100", settings: { batchEvents: 100 }, events: 50_000, nodes: 10_000 },
  { name: "in order, 10,000 nodes", settings: { inOrder: true }, events: 10_000, nodes: 10_000 },
  { name: "in order, 100 nodes", settings: { inOrder: true }, events: 2000, nodes: 100 },
];

/** Events of an invocation of `forward`, and messages of one of a worker. */
const [APPENDED, RECEIVED] = [100, 50];

/** Sends readings to a receiver of this machine, by the code of the functions, and returns a table of how many a second. */
export async function benchBatches(): Promise<string> {
  const rows = [];
  for (const play of PLAYS) rows.push(await measure(play));
  return [
    "| destination | events a second | requests a second |",
    "| --- | --- | --- |",
    ...rows.map((cells) => `| ${cells.join(" | ")} |`),
    "",
    "One process has the functions, the queue, the receiver and an embedded DynamoDB, which takes about 1,000 single writes a second.",
  ].join("\n");
}

async function measure({ name, settings, events, nodes }: Play): Promise<readonly string[]> {
  const tables = await startTables();
  let requests = 0;
  const receiver = createServer((request, response) => {
    request.resume().on("end", () => {
      requests += 1;
      response.writeHead(204).end();
    });
  });
  const url = await listenOnLoopback(receiver);
  try {
    for (const table of [attemptsTable, destinationsTable, outboxTable]) await tables.create(table);
    const destination = destinationOf(readSettings({ id: "crm", url, ...settings, concurrency: 10 }), {
      nowMs: 0,
    });
    await putDestination({ client: tables.client, tableName: destinationsTable.name }, destination);
    const player = new Player(tables, destination, url);
    const start = performance.now();
    for (let first = 0; first < events; first += APPENDED)
      await player.put(
        Array.from({ length: APPENDED }, (_, index) => readingTo(destination, first + index, nodes)),
      );
    await player.work();
    player.stop();
    const seconds = (performance.now() - start) / 1000;
    const rate = (count: number) => Math.round(count / seconds).toLocaleString("en");
    return [name, rate(events), rate(requests)];
  } finally {
    receiver.closeAllConnections();
    receiver.close();
    await tables.stop();
  }
}

/** The worker, with its queue in memory. */
class Player {
  readonly #worker;
  readonly #append;
  readonly #sender = createSender({ allowPrivate: true });
  readonly #isDirect: boolean;
  #queue: WorkerMessage[] = [];
  #received = 0;

  constructor({ client }: TestTables, destination: Destination, url: string) {
    const nowMs = Date.now;
    const place = ({ name: tableName }: { readonly name: string }) => ({ client, tableName });
    const secrets = { url, signingSecrets: [{ secret: newSigningSecret() }], headers: {} };
    const send = async (messages: readonly WorkerMessage[]) => {
      // A wait for more events is over at once.
      this.#queue.push(...messages.map(({ dueAtMs: _, ...message }) => message as WorkerMessage));
      return [];
    };
    this.#isDirect = destination.batchEvents === undefined && !destination.inOrder;
    this.#append = appendToOutbox({
      ...place(outboxTable),
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
      sender: this.#sender,
      attempts: attemptSink(place(attemptsTable)),
      retries: send,
      isDelivered: (webhookId, id) => isDelivered(place(attemptsTable), webhookId, id),
      outbox: { table: new OutboxTable(place(outboxTable)), newId: () => `batch_${crypto.randomUUID()}` },
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
