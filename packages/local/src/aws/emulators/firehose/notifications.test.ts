import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { CreateDeliveryStreamCommand } from "@aws-sdk/client-firehose";
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { CreateTopicCommand, PublishCommand, SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { parseLine } from "@rainhooks/archive/read/parse-line";
import { readDelivery } from "@rainhooks/core/deliveries/read";
import { type AwsClients, localClients } from "@rainhooks/stage/clients";
import { type Emulators, startEmulators } from "../embedded.ts";

const BUCKET = "archive";

describe("a stream that is subscribed to a topic", () => {
  let dataDir: string;
  let emulators: Emulators;
  let clients: AwsClients;
  let topicArn: string;
  let refuseRecord: () => string | undefined;

  async function start(): Promise<void> {
    emulators = await startEmulators({
      dataDir,
      port: 0,
      nowMs: Date.now,
      onError: () => undefined,
      refuseRecord: () => refuseRecord(),
    });
    clients = localClients(emulators.endpoint);
  }

  const createStream = () =>
    clients.firehose.send(
      new CreateDeliveryStreamCommand({
        DeliveryStreamName: "s",
        ExtendedS3DestinationConfiguration: {
          RoleARN: "arn:aws:iam::000000000000:role/firehose",
          BucketARN: `arn:aws:s3:::${BUCKET}`,
          Prefix: "deliveries/",
          BufferingHints: { IntervalInSeconds: 60, SizeInMBs: 1 },
          CompressionFormat: "GZIP",
        },
      }),
    );

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "notifications-"));
    refuseRecord = () => undefined;
    await start();
    await clients.s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
    await createStream();
    const created = await clients.sns.send(new CreateTopicCommand({ Name: "alerts" }));
    topicArn = created.TopicArn ?? "";
    await clients.sns.send(
      new SubscribeCommand({
        TopicArn: topicArn,
        Protocol: "firehose",
        Endpoint: "arn:aws:firehose:us-east-1:000000000000:deliverystream/s",
      }),
    );
  });
  afterEach(async () => {
    await emulators.stop();
    await rm(dataDir, { recursive: true });
  });

  async function lines(): Promise<string[]> {
    await emulators.flush();
    const { Contents = [] } = await clients.s3.send(new ListObjectsV2Command({ Bucket: BUCKET }));
    const texts = Contents.map(async ({ Key }) => {
      const { Body } = await clients.s3.send(new GetObjectCommand({ Bucket: BUCKET, Key }));
      return gunzipSync((await Body?.transformToByteArray()) ?? "").toString();
    });
    return (await Promise.all(texts)).flatMap((text) => text.trimEnd().split("\n"));
  }
  const bodies = async () => (await lines()).map((line) => parseLine(line)?.body);

  it("a stream gets each message as a notification", async () => {
    const { MessageId } = await clients.sns.send(
      new PublishCommand({
        TopicArn: topicArn,
        Message: '{"text":"first\\nsecond 🔔"}',
        MessageAttributes: { node_id: { DataType: "String", StringValue: "kitchen" } },
      }),
    );
    const [line = ""] = await lines();
    expect(JSON.parse(line)).toMatchObject({ Type: "Notification", TopicArn: topicArn });
    expect(parseLine(line)).toEqual({
      id: MessageId,
      sentAtMs: expect.any(Number),
      topic: "alerts",
      attributes: { node_id: "kitchen" },
      body: '{"text":"first\\nsecond 🔔"}',
    });
  });

  it("a stream with a subscription has the same time of a message as a queue", async () => {
    const { QueueUrl = "" } = await clients.sqs.send(new CreateQueueCommand({ QueueName: "q" }));
    await clients.sns.send(
      new SubscribeCommand({
        TopicArn: topicArn,
        Protocol: "sqs",
        Endpoint: "arn:aws:sqs:us-east-1:000000000000:q",
      }),
    );
    const times = new Map<string, number>();
    for (let index = 0; index < 30; index += 1) {
      await clients.sns.send(new PublishCommand({ TopicArn: topicArn, Message: ',"Timestamp":"2020"' }));
      const { Messages = [] } = await clients.sqs.send(new ReceiveMessageCommand({ QueueUrl }));
      for (const { MessageId: messageId = "", Body: body = "" } of Messages) {
        const { id, sentAtMs } = readDelivery({ messageId, body });
        times.set(id, sentAtMs);
      }
    }
    const inStream = (await lines()).map((line) => parseLine(line)).map((one) => [one?.id, one?.sentAtMs]);
    expect(times.size).toBe(30);
    expect(new Map(inStream as [string, number][])).toEqual(times);
  });

  it("a stream gets every message although every third is refused", async () => {
    let record = 0;
    refuseRecord = () => {
      record += 1;
      return record % 3 === 0 ? "ServiceUnavailableException" : undefined;
    };
    const sent = Array.from({ length: 8 }, (_, index) => `m${index}`);
    for (const Message of sent) await clients.sns.send(new PublishCommand({ TopicArn: topicArn, Message }));
    expect((await bodies()).sort()).toEqual(sent);
  });

  it("a stream gets what SNS had accepted before a crash", async () => {
    refuseRecord = () => "ServiceUnavailableException";
    await clients.sns.send(new PublishCommand({ TopicArn: topicArn, Message: "kept" }));
    const path = join(dataDir, "firehose", "notifications");
    // A line that was being written.
    await appendFile(path, 's {"Type":"Notif');
    const kept = await readFile(path);
    await emulators.stop();
    await writeFile(path, kept);
    refuseRecord = () => undefined;
    await start();
    await createStream();
    expect(await bodies()).toEqual(["kept"]);
    expect(await readFile(path, "utf8")).toBe("");
  });
});
