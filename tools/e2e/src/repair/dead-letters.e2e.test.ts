import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ReceiveMessageCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { RainhooksError } from "@rainhooks/core/errors";
import { type RedriveResult, redrive } from "@rainhooks/extensions/repair/dead-letters/redrive";
import { type Emulators, startEmulators } from "@rainhooks/local/aws/emulators/start-emulators";
import { type FunctionQueues, provisionQueues } from "@rainhooks/local/aws/provision/provision";
import { type AwsClients, localClients } from "@rainhooks/stage/clients";
import { type DeadLetterReader, readDeadLetters } from "@rainhooks/stage/read-dead-letters";
import { deadLetterQueue } from "@rainhooks/webhook/dead-letters";
import { defineWebhook } from "@rainhooks/webhook/define";

const LETTERS = 25;

const webhook = defineWebhook({
  name: "redriven",
  description: "For this test.",
  events: ["rmaker.event.alert"],
});

describe("dead letters", () => {
  let dataDir: string;
  let emulators: Emulators;
  let clients: AwsClients;
  let queues: FunctionQueues;
  let reader: DeadLetterReader;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "letters-"));
    emulators = await startEmulators({ dataDir, port: 0, onError: () => undefined });
    clients = localClients(emulators.endpoint);
    queues = await provisionQueues(clients.sqs, "test", webhook);
    reader = { sqs: clients.sqs, queueUrl: queues.deadLetters.url, isLocal: true };
    for (let index = 0; index < LETTERS; index += 1) await sendLetter(index);
  });
  afterEach(async () => {
    await emulators.stop();
    await rm(dataDir, { recursive: true });
  });

  const text = (StringValue: string) => ({ DataType: "String", StringValue });

  function sendLetter(index: number) {
    const TopicArn = "arn:aws:sns:us-east-1:000000000000:esp_rainmaker_sns_node_alert";
    const Message = index === 0 ? '"\u{1F600} ünö"' : `message ${index}`;
    return clients.sqs.send(
      new SendMessageCommand({
        QueueUrl: reader.queueUrl,
        MessageBody: JSON.stringify({ MessageId: `delivery-${index}`, TopicArn, Message }),
        MessageAttributes: {
          reason: text(`reason ${index}`),
          error_code: text(index % 5 === 0 ? "data-invalid" : "body-not-json"),
          webhook: text(webhook.name),
        },
      }),
    );
  }

  const all = () => ({
    toQueueUrl: queues.queue.url,
    wanted: () => true,
    limit: 1000,
    nowMs: Date.now,
  });

  const countsOf = ({ moved, kept, back }: RedriveResult) => ({
    moved: moved.length,
    kept: kept.length,
    failedAgain: back.length,
  });

  const idsOf = (letters: readonly { readonly deliveryId: string }[]) =>
    letters.map(({ deliveryId }) => deliveryId).toSorted();
  const ALL = Array.from({ length: LETTERS }, (_, index) => `delivery-${index}`).toSorted();

  async function queued(): Promise<string[]> {
    const ids: string[] = [];
    for (;;) {
      const { Messages = [] } = await clients.sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: queues.queue.url,
          MaxNumberOfMessages: 10,
          MessageAttributeNames: ["All"],
        }),
      );
      if (Messages.length === 0) return ids.toSorted();
      for (const { Body = "", MessageAttributes } of Messages) {
        expect(Object.keys(MessageAttributes ?? {})).toEqual(["rainhooks_dead_since"]);
        ids.push(JSON.parse(Body).MessageId);
      }
    }
  }

  it("dead letters stay in the queue when they are read, and can be read again", async () => {
    for (const _ of [1, 2]) {
      const letters = await readDeadLetters(reader);
      expect(idsOf(letters)).toEqual(ALL);
      expect(letters.find(({ deliveryId }) => deliveryId === "delivery-1")).toMatchObject({
        topic: "esp_rainmaker_sns_node_alert",
        reason: "reason 1",
        errorCode: "body-not-json",
        sentAtMs: expect.any(Number),
        body: "message 1",
      });
    }
    expect(await readDeadLetters(reader, 3)).toHaveLength(3);
    expect(idsOf(await readDeadLetters(reader))).toEqual(ALL);
  });

  it("dead letters keep characters that SQS accepts and escape others, each with its reason", async () => {
    const send = deadLetterQueue({
      queueUrl: reader.queueUrl,
      webhook: webhook.name,
      client: async () => clients.sqs,
    });
    const bodies = ["\u{1F600} not JSON", "bell \u0007", "half \ud83d", "zero \u0000 and \uffff"];
    const error = new RainhooksError("body-not-json", "\u{1F600} \u0007", { permanent: true });
    expect(
      await send(
        bodies.map((body, index) => ({
          id: String(index),
          message: { body, attributes: {} },
          error,
        })),
      ),
    ).toEqual([]);
    const letters = await readDeadLetters(reader);
    const found = letters.filter(({ reason }) => reason === "\u{1F600} \\u0007");
    expect(found.map(({ body }) => body).toSorted()).toEqual(
      ["\u{1F600} not JSON", "bell \\u0007", "half \\ud83d", "zero \\u0000 and \\uffff"].toSorted(),
    );
  });

  it("dead letters are all moved back to their queue, without what was added", async () => {
    expect(countsOf(await redrive(reader, all()))).toEqual({
      moved: LETTERS,
      kept: 0,
      failedAgain: 0,
    });
    expect(await readDeadLetters(reader)).toEqual([]);
    expect(await queued()).toEqual(ALL);
  });

  it("dead letters are moved back if they are wanted; the others stay", async () => {
    const wanted = ({ errorCode }: { errorCode: string | undefined }) =>
      errorCode === "data-invalid";
    expect(countsOf(await redrive(reader, { ...all(), wanted }))).toEqual({
      moved: 5,
      kept: 20,
      failedAgain: 0,
    });
    expect(await queued()).toEqual(ALL.filter((id) => Number(id.split("-")[1]) % 5 === 0));
    expect(await readDeadLetters(reader)).toHaveLength(20);
  });

  it("dead letters are moved back up to a limit", async () => {
    expect(countsOf(await redrive(reader, { ...all(), limit: 12 }))).toEqual({
      moved: 12,
      kept: 0,
      failedAgain: 0,
    });
    expect(await readDeadLetters(reader)).toHaveLength(LETTERS - 12);
    expect(await queued()).toHaveLength(12);
  });
});
