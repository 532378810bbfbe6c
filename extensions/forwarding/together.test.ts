import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { decode } from "@rainhooks/core/decode/decode";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { startReceiver, type TestReceiver } from "@rainhooks/testing/receiver";
import { deliveryOf } from "@rainhooks/testing/samples";
import { attemptsOfEvent } from "./attempts/read-attempts.ts";
import { attemptSink } from "./attempts/write-attempts.ts";
import { copyMemory } from "./copies/memory.ts";
import { webhookIdOf } from "./copies/webhook-id.ts";
import type { Destination } from "./destinations/destination.ts";
import { destinationOf } from "./destinations/destination-item.ts";
import { readSettings } from "./destinations/read-settings.ts";
import { putDestination, readAll } from "./destinations/store.ts";
import { wants } from "./destinations/wants.ts";
import { attemptsTable, copiesTable, destinationsTable } from "./forwarding-tables.ts";
import type { RequestEvent } from "./messages/attempt-message.ts";
import { nextAttempt } from "./schedule/next-attempt.ts";
import { newSigningSecret } from "./secrets/rotate.ts";
import { createSender } from "./send/sender.ts";

const START_MS = 1_700_000_000_000;

let tables: TestTables;
let receiver: TestReceiver;
let nowMs = START_MS;
beforeAll(async () => {
  tables = await startTables();
  for (const table of [attemptsTable, copiesTable, destinationsTable]) await tables.create(table);
  const failed = new Set<string>();
  receiver = await startReceiver(({ path, headers }, response) => {
    // The first attempt of each event fails.
    const event = `${path} ${headers["webhook-id"]}`;
    response.writeHead(failed.has(event) ? 200 : 503).end();
    failed.add(event);
  });
});
afterAll(async () => {
  await receiver.stop();
  await tables.stop();
});

const targetOf = ({ name }: { readonly name: string }) => ({
  client: tables.client,
  tableName: name,
});

/**
 * Forwards a delivery as a function would, with a memory of its own, and retries at once, by an
 * injected clock.
 */
async function forward(delivery: Delivery): Promise<void> {
  const decoded = decode(delivery);
  if (decoded.kind !== "event") throw decoded;
  const { event } = decoded;
  const claim = await copyMemory(targetOf(copiesTable), () => nowMs)(event);
  for (const destination of (await readAll(targetOf(destinationsTable))).destinations) {
    if (!wants(destination, event, () => []) || (claim.kind === "copy" && !destination.eachCopy))
      continue;
    const webhookId = destination.eachCopy ? webhookIdOf(event, destination) : claim.webhookId;
    await deliver(destination, { delivery, event, webhookId });
  }
}

async function deliver(destination: Destination, source: RequestEvent): Promise<void> {
  const sender = createSender({ allowPrivate: true, nowMs: () => nowMs });
  const signingSecrets = [{ secret: newSigningSecret() }];
  const secrets = { url: `${receiver.url}/${destination.id}`, signingSecrets, headers: {} };
  for (let attempt = 1; ; attempt++) {
    const { outcome, record } = await sender.sendOnce({
      destination,
      secrets,
      attempt,
      webhookId: source.webhookId,
      events: [source],
    });
    const step = nextAttempt({
      attempt,
      outcome,
      schedule: destination.schedule,
      nowMs,
      random: 0.5,
    });
    const nextAtMs = step.kind === "retry" ? { nextAtMs: step.atMs } : {};
    const value = { ...record, ...nextAtMs };
    expect(
      await attemptSink(targetOf(attemptsTable)).write([{ id: source.webhookId, value }]),
    ).toEqual([]);
    if (step.kind !== "retry") break;
    nowMs = step.atMs;
  }
  sender.close();
}

it("a node of three users makes one request, or three, and each is repeated until it succeeds, with the same id", async () => {
  for (const settings of [
    { id: "once", url: "https://once.example.com", events: ["alert"] },
    { id: "each", url: "https://each.example.com", eachCopy: true },
    { id: "another", url: "https://another.example.com", events: ["node_connected"] },
  ])
    await putDestination(
      targetOf(destinationsTable),
      destinationOf(readSettings(settings), { nowMs }),
    );
  const deliveries = ["u1", "u2", "u3"].map((user_id) =>
    deliveryOf(
      {
        event_type: "rmaker.event.alert",
        timestamp: START_MS,
        event_data: { node_id: "n1", user_id, message_body: "x" },
      },
      { id: `for-${user_id}`, sentAtMs: START_MS },
    ),
  );
  const [first, second, third] = deliveries;
  if (first === undefined || second === undefined || third === undefined)
    throw new Error("It has three.");
  await forward(first);
  await forward(second);
  // An hour and a restart later, the first one comes again.
  nowMs += 3_600_000;
  await forward(third);
  await forward(first);

  const idsAt = (path: string) =>
    receiver.requests
      .filter((one) => one.path === path)
      .map(({ headers }) => String(headers["webhook-id"]));
  expect(new Set(idsAt("/once")).size).toBe(1);
  expect(idsAt("/each").sort()).toEqual([
    "for-u1",
    "for-u1",
    "for-u1",
    "for-u2",
    "for-u2",
    "for-u3",
    "for-u3",
  ]);
  expect(idsAt("/another")).toEqual([]);
  const [id = ""] = idsAt("/once");
  const log = await attemptsOfEvent(targetOf(attemptsTable), id);
  expect(log.map(({ attempt, outcome, status }) => [attempt, outcome, status])).toEqual([
    [1, "failed", 503],
    [1, "delivered", 200],
    [2, "delivered", 200],
  ]);
  expect(log[0]).toMatchObject({ nextAtMs: Number(log[0]?.atMs) + 5000, url: receiver.url });
});
