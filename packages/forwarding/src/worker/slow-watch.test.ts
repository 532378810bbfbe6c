import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb";
import { eventually } from "@rainhooks/testing";
import {
  type AttemptMessage,
  attemptWorker,
  destinationOf,
  destinationsTable,
  isAttempt,
  knownDestinations,
  missedEvents,
  OutboxTable,
  putDestination,
  readAll,
  readSettings,
  type Sent,
} from "../index.ts";
import { alertTo } from "../testing/samples.ts";

let tables: TestTables;
beforeAll(async () => {
  tables = await startTables();
  await tables.create(destinationsTable);
});
afterAll(() => tables.stop());

it("a destination counts as slow while it still has not responded, so that other functions are not held up, too", async () => {
  const store = { client: tables.client, tableName: destinationsTable.name };
  await putDestination(
    store,
    destinationOf(readSettings({ id: "crm", url: "https://crm.example.com" }), { nowMs: 0 }),
  );
  const { delivery } = alertTo("https://crm.example.com");
  const message: AttemptMessage = {
    destination: "crm",
    webhookId: "evt_1",
    attempt: 1,
    sentAtMs: 0,
    delivery,
  };
  const responses: (() => void)[] = [];
  const moved: AttemptMessage[] = [];
  const newFunction = () =>
    attemptWorker({
      queue: "first",
      limits: { maxWaiting: 1000, maxFailuresInRow: 50, minFailingMs: 900_000, slowMs: 20 },
      store,
      destinations: knownDestinations({ ...store, nowMs: Date.now }),
      secretsOf: async () => alertTo("https://crm.example.com").secrets,
      sender: {
        sendOnce: ({ attempt, webhookId }) =>
          new Promise<Sent>((resolve) => {
            const record = { ...RECORD, attempt, webhookId };
            responses.push(() => resolve({ outcome: { kind: "delivered" }, record }));
          }),
        close: () => undefined,
      },
      attempts: { write: async () => [] },
      retries: async (messages) => {
        moved.push(...messages.filter(isAttempt));
        return [];
      },
      isDelivered: async () => false,
      outbox: { table: new OutboxTable({ client: tables.client, tableName: "none" }), newId: () => "none" },
      archived: new Set(),
      missed: missedEvents(store),
      autoResume: false,
      tell: async () => undefined,
      warn: () => undefined,
      report: () => undefined,
      nowMs: Date.now,
      random: () => 0.5,
      sleep: async () => undefined,
    });

  const held = newFunction().write([{ id: "1", value: message }]);
  await eventually(
    async () => (await readAll(store)).health.get("crm")?.slowUntilMs ?? 0,
    (slowUntilMs) => slowUntilMs > Date.now(),
    { everyMs: 10 },
  );
  expect(await newFunction().write([{ id: "2", value: { ...message, webhookId: "evt_2" } }])).toEqual([]);
  expect(moved).toEqual([{ ...message, webhookId: "evt_2", isWaiting: true }]);
  expect(responses).toHaveLength(1);
  for (const respond of responses) respond();
  expect(await held).toEqual([]);
});

const RECORD = {
  destination: "crm",
  eventType: "rmaker.event.alert",
  deliveryId: "0b1c",
  publishedMs: 0,
  atMs: 0,
  method: "POST",
  url: "https://crm.example.com",
  headers: {},
  bodyBytes: 0,
  durationMs: 30,
  outcome: "delivered",
} as const;
