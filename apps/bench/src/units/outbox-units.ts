import { startTables } from "@rainhooks/embedded-dynamodb";
import {
  attemptsTable,
  destinationOf,
  destinationsTable,
  outboxTable,
  putDestination,
  readSettings,
  type Sender,
} from "@rainhooks/forwarding";
import { OutboxPlayer } from "../outbox-player.ts";
import { readingTo } from "../readings.ts";
import { UnitMeter, type Units } from "./unit-meter.ts";

/** What the outbox is measured with. */
export interface OutboxLoad {
  /** Settings of the destination. */
  readonly settings: object;
  /** Events of an invocation of `forward` that the destination gets, and how many invocations there are. */
  readonly perInvocation: number;
  readonly invocations: number;
}

/** What the outbox takes for each event. */
export interface OutboxUnits extends Units {
  readonly requests: number;
  readonly messages: number;
}

const URL_OF_RECEIVER = "https://crm.example.com";
const NODES = 1_000_000;

/** Returns what the outbox takes for an event that is delivered at once: units of its table, requests to the receiver, messages of the queue. */
export async function outboxUnits({
  settings,
  perInvocation,
  invocations,
}: OutboxLoad): Promise<OutboxUnits> {
  const tables = await startTables();
  try {
    for (const table of [attemptsTable, destinationsTable, outboxTable]) await tables.create(table);
    const { client } = tables;
    const outboxClient = tables.newClient();
    const meter = new UnitMeter(outboxClient, [outboxTable]);
    const read = readSettings({ id: "crm", url: URL_OF_RECEIVER, ...settings });
    const destination = destinationOf(read, { nowMs: 0 });
    await putDestination({ client, tableName: destinationsTable.name }, destination);
    let requests = 0;
    const sender = senderTo(() => {
      requests += 1;
    });
    const player = new OutboxPlayer({ client, outboxClient, destination, url: URL_OF_RECEIVER, sender });
    const { reads, writes } = await meter.measure(async () => {
      for (let index = 0; index < invocations; index += 1) {
        const first = index * perInvocation;
        await player.put(
          Array.from({ length: perInvocation }, (_, number) => readingTo(destination, first + number, NODES)),
        );
      }
      await player.work();
    });
    const events = perInvocation * invocations;
    return {
      reads: reads / events,
      writes: writes / events,
      requests: requests / events,
      messages: player.messages / events,
    };
  } finally {
    await tables.stop();
  }
}

/** A sender whose every request is delivered. */
function senderTo(onRequest: () => void): Sender {
  return {
    sendOnce: async ({ destination: { id, url }, delivery, event, webhookId, attempt }) => {
      onRequest();
      const frame = { destination: id, webhookId, deliveryId: delivery.id, publishedMs: delivery.sentAtMs };
      const said = { eventType: event.type, attempt, atMs: Date.now(), method: "POST" as const, url };
      return {
        outcome: { kind: "delivered" },
        record: { ...frame, ...said, headers: {}, bodyBytes: 0, durationMs: 0, outcome: "delivered" },
      };
    },
    close: () => undefined,
  };
}
