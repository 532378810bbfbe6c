import { createServer } from "node:http";
import { startTables } from "@rainhooks/embedded-dynamodb";
import {
  attemptsTable,
  createSender,
  destinationOf,
  destinationsTable,
  outboxTable,
  putDestination,
  readSettings,
} from "@rainhooks/forwarding";
import { listenOnLoopback } from "@rainhooks/testing";
import { OutboxPlayer } from "./outbox-player.ts";
import { readingTo } from "./readings.ts";

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

/** Events of an invocation of `forward`. */
const APPENDED = 100;

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
    const { client } = tables;
    const sender = createSender({ allowPrivate: true });
    const player = new OutboxPlayer({ client, outboxClient: client, destination, url, sender });
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
