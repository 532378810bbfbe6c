import { setTimeout as pause } from "node:timers/promises";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { expect, it } from "@jest/globals";
import { decode } from "@rainhooks/core/decode/decode";
import { SECOND_MS } from "@rainhooks/core/durations";
import type { TableAccess } from "@rainhooks/dynamodb/read-all";
import { startTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { UnitMeter, type Units } from "@rainhooks/embedded-dynamodb/units/unit-meter";
import { gate } from "@rainhooks/testing/gate";
import { isDelivered } from "../attempts/is-delivered.ts";
import { attemptSink } from "../attempts/write-attempts.ts";
import { cacheDestinations } from "../destinations/cached-destinations.ts";
import type { Destination } from "../destinations/destination.ts";
import { destinationOf } from "../destinations/destination-item.ts";
import { readSettings } from "../destinations/read-settings.ts";
import { putDestination } from "../destinations/store.ts";
import { attemptsTable, destinationsTable, outboxTable } from "../forwarding-tables.ts";
import type { WorkerMessage } from "../messages/attempt-message.ts";
import { appendToOutbox } from "../outbox/append.ts";
import { missedEvents } from "../pauses/widen.ts";
import { newSigningSecret } from "../secrets/rotate.ts";
import type { SendRequest } from "../send/sender.ts";
import { attemptWorker } from "../worker/attempt-worker.ts";

/**
 * Units of an event with 100 in each invocation of `forward`, and messages of the queue of retries.
 */
const OUTBOX_UNITS = {
  "batches of 10": { writes: 0.64, reads: 0.27, messages: 0.12, requests: 0.1 },
  "batches of 100": { writes: 0.18, reads: 0.055, messages: 0.021, requests: 0.01 },
  "in order": { writes: 5, reads: 4, messages: 2, requests: 1 },
} as const;

const SETTINGS = {
  "batches of 10": { batchEvents: 10 },
  "batches of 100": { batchEvents: 100 },
  "in order": { inOrder: true },
} as const satisfies Record<keyof typeof OUTBOX_UNITS, object>;

/** A change of code that makes an event more expensive fails here. */
it.each(Object.keys(OUTBOX_UNITS) as (keyof typeof OUTBOX_UNITS)[])(
  "an event in %s takes no more units than docs/forward.md says, and not much less",
  async (kind) => {
    const units = await outboxUnits({
      settings: SETTINGS[kind],
      perInvocation: 100,
      invocations: 20,
    });
    for (const name of ["writes", "reads", "messages", "requests"] as const) {
      const assumed = OUTBOX_UNITS[kind][name];
      expect([name, units[name] <= assumed * 1.05, units[name] >= assumed * 0.8]).toEqual([
        name,
        true,
        true,
      ]);
    }
  },
);

/** What the outbox is measured with. */
interface OutboxLoad {
  /** Settings of the destination. */
  readonly settings: object;
  /**
   * Events of an invocation of `forward` that the destination gets, and how many invocations there
   * are.
   */
  readonly perInvocation: number;
  readonly invocations: number;
}

/** What the outbox takes for each event. */
interface EventUnits extends Units {
  readonly requests: number;
  readonly messages: number;
}

const url = "https://crm.example.com";
const NODES = 1_000_000;
/** Messages of an invocation of a worker. */
const RECEIVED = 50;

/**
 * Returns what the outbox takes for an event that is delivered at once: units of its table,
 * requests to the receiver, messages of the queue.
 */
async function outboxUnits({
  settings,
  perInvocation,
  invocations,
}: OutboxLoad): Promise<EventUnits> {
  const tables = await startTables();
  try {
    for (const table of [attemptsTable, destinationsTable, outboxTable]) await tables.create(table);
    const outboxClient = tables.newClient();
    const outbox = { client: outboxClient, tableName: outboxTable.name };
    const meter = new UnitMeter(outboxClient, [outboxTable]);
    const destination = destinationOf(readSettings({ id: "crm", url, ...settings }), { nowMs: 0 });
    await putDestination({ client: tables.client, tableName: destinationsTable.name }, destination);
    const player = new OutboxPlayer(tables.client, outbox);
    const { reads, writes } = await meter.measure(async () => {
      for (let first = 0; first < perInvocation * invocations; first += perInvocation)
        await player.append(
          Array.from({ length: perInvocation }, (_, number) =>
            readingTo(destination, first + number),
          ),
        );
      await player.work();
    });
    const events = perInvocation * invocations;
    const { requests, messages } = player;
    return {
      reads: reads / events,
      writes: writes / events,
      requests: requests / events,
      messages: messages / events,
    };
  } finally {
    await tables.stop();
  }
}

/** The worker, with its queue in memory. Every request is delivered. */
class OutboxPlayer {
  readonly #worker;
  /** Puts events into the outbox. */
  readonly append;
  #queue: WorkerMessage[] = [];
  #received = 0;
  /** Messages that were sent to its queue, and requests. */
  messages = 0;
  requests = 0;

  constructor(client: DynamoDBClient, table: TableAccess) {
    const place = ({ name: tableName }: { readonly name: string }) => ({ client, tableName });
    const nowMs = Date.now;
    const random = Math.random;
    const send = async (messages: readonly WorkerMessage[]) => {
      // A wait for more events is over at once.
      this.messages += messages.length;
      this.#queue.push(...messages.map(({ dueAtMs: _, ...message }) => message as WorkerMessage));
      return [];
    };
    this.append = appendToOutbox({ table, send, nowMs: () => nowMs() - 60_000, random });
    this.#worker = attemptWorker({
      queue: "retries",
      limits: { maxWaiting: 1e6, maxFailures: 1e6, minFailing: 1e9, slowAfter: 15_000 },
      store: place(destinationsTable),
      destinations: cacheDestinations({ ...place(destinationsTable), nowMs }),
      secretsOf: async () => ({
        url,
        signingSecrets: [{ secret: newSigningSecret() }],
        headers: {},
      }),
      sender: { sendOnce: async (attempt) => this.#deliver(attempt), close: () => undefined },
      attempts: attemptSink(place(attemptsTable)),
      retries: send,
      claimAttempt: async () => "claimed",
      isDelivered: (webhookId, id) => isDelivered(place(attemptsTable), webhookId, id),
      outbox: { table, newId: () => `batch_${crypto.randomUUID()}` },
      archived: new Set(),
      missed: missedEvents(place(destinationsTable)),
      audit: async () => undefined,
      nowMs,
      random,
      report: () => undefined,
      warn: (message, fields) => console.error(message, fields),
      sleep: (ms) => pause(ms),
    });
  }

  #deliver({ destination, events: [{ delivery, event }], webhookId, attempt }: SendRequest) {
    this.requests += 1;
    const { id: deliveryId, sentAtMs: publishedMs } = delivery;
    return {
      outcome: { kind: "delivered" as const },
      record: {
        destination: destination.id,
        webhookId,
        deliveryId,
        publishedMs,
        url: destination.url,
        eventType: event.type,
        attempt,
        atMs: Date.now(),
        method: "POST" as const,
        headers: {},
        bodyBytes: 0,
        durationMs: 0,
        outcome: "delivered" as const,
      },
    };
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
        gate(
          failures.length === 0,
          `the worker handles every message: ${String(failures[0]?.error)}`,
        );
      }
    });
    await Promise.all(copies);
    if (this.#queue.length > 0) await this.work();
  }
}

/** Returns a reading of one of many nodes that a destination gets, as RainMaker publishes it. */
function readingTo(destination: Destination, number: number) {
  const sentAtMs = Date.UTC(2026, 10, 26) + number;
  const node_id = `a85b7f6e0d${String((number * 7919) % NODES).padStart(6, "0")}`;
  const records = [{ t: Math.floor(sentAtMs / SECOND_MS), v: 18 + ((number * 37) % 1000) / 100 }];
  const event_data = { node_id, ts_data: [{ name: "Room.Temperature", dt: "float", records }] };
  const body = JSON.stringify({
    event_type: "rmaker.event.node_ts_data",
    event_version: "v1",
    timestamp: sentAtMs,
    id: "3f0c2c4e-7e54-4f0e-9d4c-3f9a1d1f5a10",
    description: "Time series data of a node",
    event_data,
  });
  const hash = ((number * 2_654_435_761) >>> 0).toString(16).padStart(8, "0");
  const id = `${hash}-d355-534e-9d3f-${hash}${hash.slice(4)}`;
  const attributes = { event_type: "rmaker.event.node_ts_data", node_id };
  const delivery = { id, sentAtMs, topic: "esp_rainmaker_sns_node_ts_data", attributes, body };
  const decoded = decode(delivery);
  gate(decoded.kind === "event", "a reading is an event");
  // As long as the id of an event that can have copies.
  const webhookId = `evt_${String(number).padStart(43, "0")}`;
  const message = { destination: destination.id, webhookId, attempt: 1, delivery };
  return { destination, event: decoded.event, message, isAgain: false };
}
