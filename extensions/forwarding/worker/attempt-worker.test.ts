import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { eventually } from "@rainhooks/testing/eventually";
import { cacheDestinations } from "../destinations/cached-destinations.ts";
import { destinationOf, settingsOf } from "../destinations/destination-item.ts";
import { readSettings } from "../destinations/read-settings.ts";
import { putDestination, readAll, removeDestination } from "../destinations/store.ts";
import { destinationsTable } from "../forwarding-tables.ts";
import { type AttemptMessage, isAttempt } from "../messages/attempt-message.ts";
import { missedEvents } from "../pauses/widen.ts";
import type { SendRequest, SendResult } from "../send/sender.ts";
import { alertTo } from "../testing/samples.ts";
import { attemptWorker } from "./attempt-worker.ts";
import type { AttemptWorkerOptions } from "./worker-options.ts";

let tables: TestTables;
beforeAll(async () => {
  tables = await startTables();
  await tables.create(destinationsTable);
});
afterAll(() => tables.stop());

const URL_OF_CRM = "https://crm.example.com";
const store = () => ({ client: tables.client, tableName: destinationsTable.name });
const message: AttemptMessage = {
  destination: "crm",
  webhookId: "evt_1",
  attempt: 1,
  delivery: alertTo(URL_OF_CRM).events[0].delivery,
};

/** Adds the destination; returns it as it was written. */
async function added() {
  const destination = destinationOf(readSettings({ id: "crm", url: URL_OF_CRM }), { nowMs: 1000 });
  await removeDestination(store(), "crm");
  return putDestination(store(), destination);
}

/** Makes the sink of a function that has just started. */
function newFunction(
  sendOnce: (attempt: SendRequest) => Promise<SendResult>,
  retries: AttemptWorkerOptions["retries"] = async () => [],
) {
  return attemptWorker({
    queue: "first",
    limits: { maxWaiting: 1000, maxFailures: 50, minFailing: 900_000, slowAfter: 20 },
    store: store(),
    // They are read once.
    destinations: cacheDestinations({ ...store(), nowMs: () => 0 }),
    secretsOf: async () => alertTo(URL_OF_CRM).secrets,
    sender: { sendOnce, close: () => undefined },
    attempts: { write: async () => [] },
    retries,
    claimAttempt: async () => "claimed",
    isDelivered: async () => false,
    outbox: { table: { client: tables.client, tableName: "none" }, newId: () => "none" },
    archived: new Set(),
    missed: missedEvents(store()),
    audit: async () => undefined,
    warn: () => undefined,
    report: () => undefined,
    nowMs: Date.now,
    random: () => 0.5,
    sleep: async () => undefined,
  });
}

it("a destination counts as slow while it still has not responded, so that other functions are not held up, too", async () => {
  await added();
  const responses: (() => void)[] = [];
  const moved: AttemptMessage[] = [];
  const sendOnce = ({ attempt, webhookId }: SendRequest) =>
    new Promise<SendResult>((resolve) => {
      const record = { ...RECORD, attempt, webhookId };
      responses.push(() => resolve({ outcome: { kind: "delivered" }, record }));
    });
  const retries: AttemptWorkerOptions["retries"] = async (messages) => {
    moved.push(...messages.filter(isAttempt));
    return [];
  };

  const held = newFunction(sendOnce).write([{ id: "1", value: message }]);
  await eventually(
    async () => (await readAll(store())).health.get("crm")?.slowUntilMs ?? 0,
    (slowUntilMs) => slowUntilMs > Date.now(),
    { everyMs: 10 },
  );
  const second = { ...message, webhookId: "evt_2" };
  expect(await newFunction(sendOnce, retries).write([{ id: "2", value: second }])).toEqual([]);
  expect(moved).toEqual([{ ...second, isWaiting: true }]);
  expect(responses).toHaveLength(1);
  for (const respond of responses) respond();
  expect(await held).toEqual([]);
});

it("a change of a destination counts at once for an event whose sender knows it", async () => {
  const before = await added();
  const seen: string[] = [];
  const sink = newFunction(async ({ attempt, webhookId, destination }) => {
    seen.push(destination.description);
    return { outcome: { kind: "delivered" }, record: { ...RECORD, attempt, webhookId } };
  });
  const send = (changedAtMs: number | undefined) =>
    sink.write([
      { id: "1", value: { ...message, ...(changedAtMs === undefined ? {} : { changedAtMs }) } },
    ]);
  await send(undefined);
  const changed = destinationOf(readSettings({ ...settingsOf(before), description: "changed" }), {
    nowMs: 2000,
    replaces: before,
  });
  await putDestination(store(), changed);
  await send(before.updatedAtMs);
  await send(undefined);
  await send(changed.updatedAtMs);
  expect(seen).toEqual(["", "", "", "changed"]);
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
