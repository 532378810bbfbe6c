import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DeleteMessageCommand, type Message, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { notificationText } from "@rainhooks/core/deliveries/notification";
import { readDelivery } from "@rainhooks/core/deliveries/read";
import { RainhooksError } from "@rainhooks/core/errors";
import { letterOutcomes } from "@rainhooks/extensions/repair/dead-letters/outcomes";
import { deadLettersOf } from "@rainhooks/extensions/repair/dead-letters/queues";
import { redriveDeadLetters } from "@rainhooks/extensions/repair/dead-letters/redrive";
import { findDeadLetter, repairDeadLetter } from "@rainhooks/extensions/repair/dead-letters/repair";
import { type Emulators, startEmulators } from "@rainhooks/local/aws/emulators/embedded";
import { type FunctionQueues, provisionQueues } from "@rainhooks/local/aws/provision/queues";
import { localClients } from "@rainhooks/stage/clients";
import type { StageOutputs } from "@rainhooks/stage/outputs";
import type { StageAccess } from "@rainhooks/stage/reached";
import { deadLetterQueue } from "@rainhooks/webhook/dead-letters";
import { defineWebhook } from "@rainhooks/webhook/define";

const ALERT = "rmaker.event.alert";
const PUBLISHED_MS = Date.UTC(2026, 10, 24, 8);
const REFUSED = new RainhooksError("sink-rejected", "The receiver said 400", { permanent: true });
const alertOf = (text: string) =>
  JSON.stringify({ event_type: ALERT, event_data: { node_id: "kitchen", message_body: { text } } });
const deliveryOf = (id: string, body: string): Delivery => ({
  ...{ id, sentAtMs: PUBLISHED_MS, topic: "esp_rainmaker_sns_node_alert", body },
  attributes: { node_id: "kitchen", event_type: ALERT },
});

const definition = (name: string) => defineWebhook({ name, description: "For this test.", events: [ALERT] });

let dataDir: string;
let emulators: Emulators;
let queues: FunctionQueues;
let archiveQueues: FunctionQueues;
let reached: StageAccess;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "letters-"));
  emulators = await startEmulators({ dataDir, port: 0, nowMs: Date.now, onError: () => undefined });
  const { endpoint } = emulators;
  const clients = localClients(endpoint);
  queues = await provisionQueues(clients.sqs, "test", definition("bell"));
  archiveQueues = await provisionQueues(clients.sqs, "test", definition("archive"));
  const own = ({ queue, deadLetters }: FunctionQueues) => ({
    ...{ function: "own", timeoutS: 30, settings: {} },
    ...{ queueUrl: queue.url, deadLetterQueueUrl: deadLetters.url },
  });
  const webhook = { trigger: "topics", delivery: "queue" } as const;
  const outputs: StageOutputs = {
    ...{ stage: "test", region: "us-east-1", integration: "rainhooks-test", tables: {}, parameters: {} },
    archive: { bucket: "archive", stream: "archive", bufferS: 3, queueUrl: archiveQueues.queue.url },
    functions: {
      bell: { ...webhook, ...own(queues) },
      archive: { ...webhook, ...own(archiveQueues) },
      calls: { trigger: "queue", ...own(queues) },
    },
  };
  const file = { pid: process.pid, endpoint, topicArnPrefix: "", outputs };
  reached = { outputs, clients, local: { dataDir, file } };
});
afterEach(async () => {
  await emulators.stop();
  await rm(dataDir, { recursive: true });
});

async function addLetter(delivery: Delivery, error = REFUSED): Promise<void> {
  const { sqs } = reached.clients;
  const send = deadLetterQueue({
    queueUrl: queues.deadLetters.url,
    webhook: "bell",
    client: async () => sqs,
  });
  const message = { body: notificationText(delivery), attributes: {} };
  expect(await send([{ id: "1", message, error }])).toEqual([]);
}

/**
 * Takes what is in a queue, as a function does: what fails becomes a dead letter, and what is left is not
 * deleted.
 */
async function handle(
  queueUrl: string,
  outcomeOf: (delivery: Delivery) => "handled" | "failed" | "left" = () => "handled",
): Promise<Delivery[]> {
  const { sqs } = reached.clients;
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 60 }),
  );
  return Promise.all(
    Messages.map(async ({ MessageId, Body = "", ReceiptHandle }: Message) => {
      const delivery = readDelivery({ messageId: MessageId ?? "", body: Body });
      const outcome = outcomeOf(delivery);
      if (outcome === "failed") await addLetter(delivery);
      if (outcome !== "left") await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }));
      return delivery;
    }),
  );
}

describe("a redrive", () => {
  const request = { webhook: "bell", choice: { code: "sink-rejected" }, limit: 100 };
  const wait = { waitMs: 0, nowMs: Date.now, pause: async () => undefined };
  const named = (letter: { deliveryId: string }) => letter.deliveryId;

  it("a redrive reports which dead letters were handled, which failed again, and why", async () => {
    for (const id of ["good", "bad", "copied", "copied"]) await addLetter(deliveryOf(id, alertOf(id)));
    await addLetter(deliveryOf("other", "x"), new RainhooksError("body-not-json", "no JSON"));
    const before = await deadLettersOf(reached, "bell");
    const { moved, kept } = await redriveDeadLetters(reached, request);
    expect([moved.length, kept.map(named)]).toEqual([4, ["other"]]);
    let copies = 0;
    const isBad = ({ id }: Delivery) => id === "bad" || (id === "copied" && copies++ === 0);
    await handle(queues.queue.url, (delivery) => (isBad(delivery) ? "failed" : "handled"));
    const results = await letterOutcomes(reached, { webhook: "bell", sent: moved, kept }, wait);
    expect(results.map(({ letter, outcome }) => `${letter.deliveryId} ${outcome}`).toSorted()).toEqual([
      ...["bad failed", "copied failed", "copied handled", "good handled"],
    ]);
    const failure = results.find(({ letter }) => letter.deliveryId === "bad")?.failure;
    expect(failure).toMatchObject({ reason: "The receiver said 400", publishedAtMs: PUBLISHED_MS });
    expect(before.every(({ publishedAtMs }) => publishedAtMs === PUBLISHED_MS)).toBe(true);
  });

  it("a redrive reports that the outcome of letters that may still be in the queue is not known", async () => {
    for (const id of ["bad", "slow"]) await addLetter(deliveryOf(id, alertOf(id)));
    const { moved, kept } = await redriveDeadLetters(reached, request);
    await handle(queues.queue.url, ({ id }) => (id === "bad" ? "failed" : "left"));
    const counts: number[] = [];
    let nowMs = 0;
    const clock = { nowMs: () => nowMs, pause: async (ms: number) => (nowMs += ms) };
    const results = await letterOutcomes(
      reached,
      { webhook: "bell", sent: moved, kept },
      { waitMs: 2500, ...clock, onWaiting: (count) => counts.push(count) },
    );
    expect(Object.fromEntries(results.map(({ letter, outcome }) => [letter.deliveryId, outcome]))).toEqual({
      bad: "failed",
      slow: "pending",
    });
    expect([counts, nowMs]).toEqual([[1, 1, 1], 2500]);
  });

  it("a redrive trusts the counts of SQS on AWS only when a queue was empty for a minute", async () => {
    await addLetter(deliveryOf("good", alertOf("good")));
    const { moved, kept } = await redriveDeadLetters(reached, request);
    await handle(queues.queue.url);
    const deployed = { ...reached, local: undefined };
    const outcomeAfter = async (waitMs: number) => {
      let nowMs = 0;
      const clock = { nowMs: () => nowMs, pause: async (ms: number) => (nowMs += ms) };
      const letters = { webhook: "bell", sent: moved, kept };
      const [result] = await letterOutcomes(deployed, letters, { waitMs, ...clock });
      return result?.outcome;
    };
    expect([await outcomeAfter(59_000), await outcomeAfter(60_000)]).toEqual(["pending", "handled"]);
  });

  it("a redrive keeps the time since which a letter is dead, and its publication time, however often it fails", async () => {
    await addLetter(deliveryOf("bad", alertOf("bad")));
    const [first] = await deadLettersOf(reached, "bell");
    await new Promise((done) => setTimeout(done, 20));
    await redriveDeadLetters(reached, request);
    const { Messages: [message] = [] } = await reached.clients.sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queues.queue.url, MessageAttributeNames: ["All"] }),
    );
    const attributes = Object.entries(message?.MessageAttributes ?? {}).map(
      ([name, { StringValue = "" }]) => [name, { DataType: "String", StringValue }] as const,
    );
    const { sqs } = reached.clients;
    const send = deadLetterQueue({
      queueUrl: queues.deadLetters.url,
      webhook: "bell",
      client: async () => sqs,
    });
    const queued = { body: message?.Body ?? "", attributes: Object.fromEntries(attributes) };
    await send([{ id: "1", message: queued, error: REFUSED }]);
    const [again] = await deadLettersOf(reached, "bell");
    expect(again?.messageId).not.toBe(first?.messageId);
    expect([again?.sentAtMs, again?.publishedAtMs]).toEqual([first?.sentAtMs, PUBLISHED_MS]);
  });
});

describe("a repair", () => {
  const repair = (body: string, more = {}) =>
    repairDeadLetter(reached, { webhook: "bell", deliveryId: "broken", body, events: [ALERT], ...more });

  it("a repair sends the message to the webhook and the archive, as if it had been published so, with a link", async () => {
    for (const _ of ["the letter", "its copy"]) await addLetter(deliveryOf("broken", "not JSON"));
    await addLetter(deliveryOf("other", "nor this"));
    const { delivery, isArchived } = await repair(alertOf("hot \u0007"));
    expect(delivery).toEqual({
      ...deliveryOf(delivery.id, alertOf("hot \u0007")),
      attributes: { node_id: "kitchen", event_type: ALERT, rainhooks_repairs: "broken bell" },
    });
    expect(isArchived).toBe(true);
    expect(delivery.id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(await handle(queues.queue.url)).toEqual([delivery]);
    expect(await handle(archiveQueues.queue.url)).toEqual([delivery]);
    expect((await deadLettersOf(reached, "bell")).map(({ deliveryId }) => deliveryId)).toEqual(["other"]);
  });

  it("a repair gives the message the same id each time, and reports its outcome", async () => {
    await addLetter(deliveryOf("broken", "not JSON"));
    const first = await repair(alertOf("hot"));
    await handle(queues.queue.url, () => "failed");
    const wait = { waitMs: 0, nowMs: Date.now, pause: async () => undefined };
    const letters = { webhook: "bell", sent: [first.sent], kept: [] };
    const failure = { deliveryId: first.delivery.id, repairs: "broken", reason: "The receiver said 400" };
    expect(await letterOutcomes(reached, letters, wait)).toMatchObject([{ outcome: "failed", failure }]);
    await addLetter(deliveryOf("broken", "not JSON"));
    expect((await repair(alertOf("hot"))).delivery.id).toBe(first.delivery.id);
    await addLetter(deliveryOf("broken", "not JSON"));
    expect((await repair(alertOf("cold"))).delivery.id).not.toBe(first.delivery.id);
  });

  it.each([
    [
      "fails again",
      "not JSON either",
      "body-not-json",
      /^The repaired message would fail again\. .*not JSON/,
    ],
    ["is as it was", "not JSON", "input-invalid", /^The message of broken is as it was\./],
    ["would be ignored", '{"event_type":"x"}', "input-invalid", /does not handle events of type x\.$/],
    [
      "is of another type",
      '{"event_type":"rmaker.event.node_connected","event_data":{"node_id":"n"}}',
      "input-invalid",
      /^bell would ignore the repaired message: .* node_connected\.$/,
    ],
    ["is too large", alertOf("x".repeat(1_048_400)), "dead-letter-unavailable", /SQS takes 1048576 at most/],
  ])("a repair is refused for a message that %s; the dead letter stays", async (_, body, code, message) => {
    await addLetter(deliveryOf("broken", "not JSON"));
    await expect(repair(body)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    expect([await handle(queues.queue.url), await handle(archiveQueues.queue.url)]).toEqual([[], []]);
    expect((await deadLettersOf(reached, "bell")).map(({ body: kept }) => kept)).toEqual(["not JSON"]);
  });

  it("a repair sends a message that would fail if it is forced to", async () => {
    await addLetter(deliveryOf("broken", "not JSON"));
    const { delivery } = await repair("not JSON either", { isForced: true });
    expect(await handle(queues.queue.url)).toEqual([delivery]);
  });

  it("a repair reports that a stage without a queue of its archive does not archive the message", async () => {
    reached = {
      ...reached,
      outputs: { ...reached.outputs, archive: { bucket: "b", stream: "s", bufferS: 3 } },
    };
    await addLetter(deliveryOf("broken", "not JSON"));
    expect(await repair(alertOf("hot"))).toMatchObject({ isArchived: false });
    expect(await handle(queues.queue.url)).toHaveLength(1);
  });

  it("a repair is refused for the messages of a worker, and for a dead letter that does not exist", async () => {
    await expect(repair("{}", { webhook: "calls" })).rejects.toThrow("calls is a worker:");
    await expect(repair("{}")).rejects.toThrow("bell has no dead letter broken.");
  });
});

it("a dead letter is found by the start of its id, if only one delivery has it", async () => {
  for (const id of ["delivery-1", "delivery-2", "delivery-2"]) await addLetter(deliveryOf(id, "not JSON"));
  expect(await findDeadLetter(reached, "bell", "delivery-2")).toMatchObject({ deliveryId: "delivery-2" });
  await expect(findDeadLetter(reached, "bell", "delivery")).rejects.toThrow(
    /^bell has dead letters of several such deliveries: delivery-\d, delivery-\d\.$/,
  );
  await expect(findDeadLetter(reached, "bell", "delivery-3")).rejects.toThrow(
    "bell has no dead letter delivery-3.",
  );
});
