import { appendFile, mkdtemp, rm } from "node:fs/promises";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import {
  CreateDeliveryStreamCommand,
  DescribeDeliveryStreamCommand,
  ListDeliveryStreamsCommand,
  PutRecordBatchCommand,
  PutRecordCommand,
} from "@aws-sdk/client-firehose";
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, it, test } from "@jest/globals";
import { DEFAULT_RETRY } from "@rainhooks/core";
import { firehoseSink } from "@rainhooks/sinks";
import { type AwsClients, localClients } from "@rainhooks/stage";
import { eventually } from "@rainhooks/testing";
import { type Emulators, startEmulators } from "./embedded.ts";

const BUCKET = "archive";

describe("the embedded services", () => {
  let dataDir: string;
  let emulators: Emulators;
  let clients: AwsClients;
  let refuseRecord: () => string | undefined;
  const errors: unknown[] = [];

  async function start(): Promise<void> {
    emulators = await startEmulators({
      dataDir,
      port: 0,
      nowMs: Date.now,
      onError: (error) => errors.push(error),
      refuseRecord: () => refuseRecord(),
    });
    clients = localClients(emulators.endpoint);
  }

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "emulators-"));
    refuseRecord = () => undefined;
    errors.length = 0;
    await start();
    await clients.s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  });
  afterEach(async () => {
    await emulators.stop();
    await rm(dataDir, { recursive: true, maxRetries: 5, retryDelay: 50 });
  });

  async function createStream(
    name: string,
    bufferS = 60,
    bufferMiB = 1,
    prefix = "deliveries/!{timestamp:yyyy}/",
  ) {
    await clients.firehose.send(
      new CreateDeliveryStreamCommand({
        DeliveryStreamName: name,
        ExtendedS3DestinationConfiguration: {
          RoleARN: "arn:aws:iam::000000000000:role/firehose",
          BucketARN: `arn:aws:s3:::${BUCKET}`,
          Prefix: prefix,
          BufferingHints: { IntervalInSeconds: bufferS, SizeInMBs: bufferMiB },
          CompressionFormat: "GZIP",
        },
      }),
    );
  }

  const put = (...data: string[]) =>
    clients.firehose.send(
      new PutRecordBatchCommand({
        DeliveryStreamName: "s",
        Records: data.map((text) => ({ Data: Buffer.from(text) })),
      }),
    );

  async function objects(): Promise<{ key: string; text: string }[]> {
    const { Contents = [] } = await clients.s3.send(new ListObjectsV2Command({ Bucket: BUCKET }));
    return Promise.all(
      Contents.map(async ({ Key = "" }) => {
        const { Body } = await clients.s3.send(new GetObjectCommand({ Bucket: BUCKET, Key }));
        return { key: Key, text: gunzipSync((await Body?.transformToByteArray()) ?? "").toString() };
      }),
    );
  }

  it("write a buffer on request, gzipped and under its prefix", async () => {
    await createStream("s");
    await put("a\n", "b\n");
    await clients.firehose.send(
      new PutRecordCommand({ DeliveryStreamName: "s", Record: { Data: Buffer.from("c\n") } }),
    );
    expect(await objects()).toEqual([]);
    await emulators.flush();
    const [object, ...more] = await objects();
    expect(more).toEqual([]);
    expect(object?.text).toBe("a\nb\nc\n");
    expect(object?.key).toMatch(/^deliveries\/\d{4}\/s-1-\d{4}(-\d\d){5}-[0-9a-f-]{36}\.gz$/);
  });

  it("write a buffer when it is old enough", async () => {
    await createStream("s", 1);
    await put("a\n");
    expect((await eventually(objects, ({ length }) => length > 0))[0]?.text).toBe("a\n");
  });

  it("write a buffer when it is large enough", async () => {
    await createStream("s", 900);
    await put(...Array.from({ length: 11 }, () => "x".repeat(100 * 1024)));
    expect((await eventually(objects, ({ length }) => length > 0))[0]?.text).toHaveLength(11 * 100 * 1024);
  });

  it("keep accepted records after a crash before they are written", async () => {
    await createStream("s");
    await put("a\n", "b\n");
    await appendFile(join(dataDir, "firehose", "s.journal"), Buffer.from([0, 0, 0, 9, 1]));
    const survivor = await mkdtemp(join(tmpdir(), "emulators-"));
    const { cp } = await import("node:fs/promises");
    await cp(join(dataDir, "firehose"), join(survivor, "firehose"), { recursive: true });
    await emulators.stop();
    await rm(dataDir, { recursive: true });
    dataDir = survivor;
    await start();
    await clients.s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
    await createStream("s");
    await emulators.flush();
    expect((await objects()).map(({ text }) => text)).toEqual(["a\nb\n"]);
  });

  it("keep trying when the bucket does not exist", async () => {
    await createStream("s", 1);
    const { DeleteBucketCommand } = await import("@aws-sdk/client-s3");
    await clients.s3.send(new DeleteBucketCommand({ Bucket: BUCKET }));
    await put("late\n");
    await eventually(
      async () => errors.length,
      (count) => count > 0,
    );
    await clients.s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
    expect((await eventually(objects, ({ length }) => length > 0))[0]?.text).toBe("late\n");
  });

  test.each([
    ["no records", () => put()],
    ["more than 500 records", () => put(...Array.from({ length: 501 }, () => "x"))],
    ["a record of more than 1,000 KiB", () => put("x".repeat(1000 * 1024 + 1))],
    ["more than 4 MiB", () => put(...Array.from({ length: 5 }, () => "x".repeat(900 * 1024)))],
  ])("refuse %s, as Firehose does", async (_, call) => {
    await createStream("s");
    await expect(call()).rejects.toMatchObject({ name: "InvalidArgumentException" });
  });

  test.each([
    ["a stream that is not there", () => put("a"), "ResourceNotFoundException"],
    ["a name that no stream can have", () => createStream("a b"), "InvalidArgumentException"],
    ["a buffer that is too slow", () => createStream("t", 901), "InvalidArgumentException"],
    [
      "a prefix that cannot be evaluated",
      () => createStream("t", 1, 1, "!{timestamp:QQQ}"),
      "InvalidArgumentException",
    ],
  ])("refuse %s", async (_, call, name) => {
    await expect(call()).rejects.toMatchObject({ name });
  });

  it("describe and list streams", async () => {
    await createStream("s");
    await expect(createStream("s")).rejects.toMatchObject({ name: "ResourceInUseException" });
    const { DeliveryStreamDescription: described } = await clients.firehose.send(
      new DescribeDeliveryStreamCommand({ DeliveryStreamName: "s" }),
    );
    expect(described).toMatchObject({ DeliveryStreamName: "s", DeliveryStreamStatus: "ACTIVE" });
    const { DeliveryStreamNames } = await clients.firehose.send(new ListDeliveryStreamsCommand({}));
    expect(DeliveryStreamNames).toEqual(["s"]);
  });

  it("write every item of the Firehose sink once although every third record is rejected", async () => {
    await createStream("s");
    let record = 0;
    refuseRecord = () => {
      record += 1;
      return record % 3 === 0 ? "ServiceUnavailableException" : undefined;
    };
    const retry = { ...DEFAULT_RETRY, attempts: 10, baseMs: 1 };
    const sink = firehoseSink({ client: clients.firehose, streamName: "s", recordBytes: 100, retry });
    const items = Array.from({ length: 400 }, (_, index) => ({ id: String(index), value: { index } }));
    expect(await sink.write(items)).toEqual([]);
    await emulators.flush();
    const lines = (await objects()).flatMap(({ text }) => text.trimEnd().split("\n"));
    const indexes = lines.map((line) => JSON.parse(line).index).sort((a, b) => a - b);
    expect(indexes).toEqual(items.map((_, index) => index));
  });

  it("keep messages over a restart", async () => {
    const { QueueUrl } = await clients.sqs.send(new CreateQueueCommand({ QueueName: "q" }));
    await clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "still here" }));
    await emulators.stop();
    await start();
    const { Messages } = await clients.sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }));
    expect(Messages?.map(({ Body }) => Body)).toEqual(["still here"]);
  });

  it("make a received message visible at once on request", async () => {
    const { QueueUrl } = await clients.sqs.send(new CreateQueueCommand({ QueueName: "q" }));
    await clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "again" }));
    const first = await clients.sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }));
    const ReceiptHandle = first.Messages?.[0]?.ReceiptHandle;
    await clients.sqs.send(
      new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }),
    );
    const second = await clients.sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }));
    expect(second.Messages?.map(({ Body }) => Body)).toEqual(["again"]);
  });

  it("listen on loopback only", async () => {
    const { port } = new URL(emulators.endpoint);
    const outside = Object.values(networkInterfaces())
      .flat()
      .filter((address) => address !== undefined && !address.internal && address.family === "IPv4");
    for (const address of outside) {
      await expect(fetch(`http://${address?.address}:${port}/health`)).rejects.toThrow();
    }
    expect((await fetch(`${emulators.endpoint}/health`)).ok).toBe(true);
  });

  it("report which port is in use", async () => {
    const { port } = new URL(emulators.endpoint);
    const other = await mkdtemp(join(tmpdir(), "emulators-"));
    const second = startEmulators({
      dataDir: other,
      port: Number(port),
      nowMs: Date.now,
      onError: () => undefined,
    });
    await expect(second).rejects.toMatchObject({
      code: "stage-failed",
      message: expect.stringContaining(`Port ${port} is already in use`),
    });
    await rm(other, { recursive: true, maxRetries: 5, retryDelay: 50 });
  });
});
