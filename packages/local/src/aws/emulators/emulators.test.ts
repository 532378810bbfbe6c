import { execFile } from "node:child_process";
import { appendFile, cp, mkdir, mkdtemp, readdir, readlink, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gunzipSync } from "node:zlib";
import { ListTablesCommand, PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import {
  CreateDeliveryStreamCommand,
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
import { createTable } from "@rainhooks/embedded-dynamodb/test-tables";
import { type AwsClients, localClients } from "@rainhooks/stage/clients";
import { eventually } from "@rainhooks/testing/eventually";
import { type Emulators, startEmulators } from "./start-emulators.ts";

const BUCKET = "archive";

describe("the embedded services", () => {
  let dataDir: string;
  let emulators: Emulators;
  let clients: AwsClients;
  const errors: unknown[] = [];

  async function start(): Promise<void> {
    emulators = await startEmulators({
      dataDir,
      port: 0,
      onError: (error) => errors.push(error),
    });
    clients = localClients(emulators.endpoint);
  }

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "emulators-"));
    errors.length = 0;
    await start();
    await clients.s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  });
  afterEach(async () => {
    await emulators.stop();
    await rm(dataDir, { recursive: true });
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
        return {
          key: Key,
          text: gunzipSync((await Body?.transformToByteArray()) ?? "").toString(),
        };
      }),
    );
  }

  it("the embedded services write a buffer on request, gzipped and under its prefix", async () => {
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

  it("the embedded services write a buffer when it is old enough", async () => {
    await createStream("s", 1);
    await put("a\n");
    expect((await eventually(objects, ({ length }) => length > 0))[0]?.text).toBe("a\n");
  });

  it("the embedded services write a buffer when it is large enough", async () => {
    await createStream("s", 900);
    await put(...Array.from({ length: 11 }, () => "x".repeat(100 * 1024)));
    expect((await eventually(objects, ({ length }) => length > 0))[0]?.text).toHaveLength(
      11 * 100 * 1024,
    );
  });

  it("the embedded services write records that they accepted before a crash", async () => {
    await createStream("s");
    await put("a\n", "b\n");
    await appendFile(join(dataDir, "firehose", "s.journal"), Buffer.from([0, 0, 0, 9, 1]));
    const survivor = await mkdtemp(join(tmpdir(), "emulators-"));
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

  it("the embedded services try again when the bucket does not exist", async () => {
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
  ])("the embedded services refuse %s, as Firehose does", async (_, call) => {
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
  ])("the embedded services refuse %s", async (_, call, name) => {
    await expect(call()).rejects.toMatchObject({ name });
  });

  it("the embedded services refuse a second stream of a name", async () => {
    await createStream("s");
    await expect(createStream("s")).rejects.toMatchObject({ name: "ResourceInUseException" });
  });

  it("the embedded services keep messages over a restart", async () => {
    const { QueueUrl } = await clients.sqs.send(new CreateQueueCommand({ QueueName: "q" }));
    await clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "still here" }));
    await emulators.stop();
    await start();
    const { Messages } = await clients.sqs.send(
      new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }),
    );
    expect(Messages?.map(({ Body }) => Body)).toEqual(["still here"]);
  });

  it("the embedded services make a received message visible at once on request", async () => {
    const { QueueUrl } = await clients.sqs.send(new CreateQueueCommand({ QueueName: "q" }));
    await clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "again" }));
    const first = await clients.sqs.send(
      new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }),
    );
    const ReceiptHandle = first.Messages?.[0]?.ReceiptHandle;
    await clients.sqs.send(
      new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }),
    );
    const second = await clients.sqs.send(
      new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }),
    );
    expect(second.Messages?.map(({ Body }) => Body)).toEqual(["again"]);
  });

  it.each(["dynamodb", "sqs", "firehose", "s3"])(
    "the embedded services continue when a request for %s is cut off",
    async (service) => {
      const { port } = new URL(emulators.endpoint);
      const socket = connect(Number(port), "127.0.0.1");
      socket.write(
        [
          "POST / HTTP/1.1",
          "host: 127.0.0.1",
          "content-length: 1000",
          `authorization: AWS4-HMAC-SHA256 Credential=id/20260101/us-east-1/${service}/aws4_request`,
          "",
          '{"TableName":',
        ].join("\r\n"),
      );
      await new Promise((done) => setTimeout(done, 50));
      socket.destroy();
      expect((await clients.dynamodb.send(new ListTablesCommand({}))).TableNames).toEqual([]);
      expect(errors).toEqual([]);
    },
  );

  it("the embedded services leave no file open, even if they are stopped while rows are written and read", async () => {
    await createTable(clients.dynamodb, "rows", {
      name: "rows",
      partitionKey: { name: "id", type: "S" },
    });
    const putRow = (id: string) =>
      clients.dynamodb.send(new PutItemCommand({ TableName: "rows", Item: { id: { S: id } } }));
    const scan = () => clients.dynamodb.send(new ScanCommand({ TableName: "rows" }));
    await Promise.all(Array.from({ length: 100 }, (_, index) => putRow(`before-${index}`)));
    const sent = Array.from({ length: 100 }, (_, index) =>
      Promise.allSettled([putRow(`meanwhile-${index}`), scan()]),
    );
    await sent[0];
    await emulators.stop();
    expect(await openFiles(dataDir)).toEqual([]);
    const written = (await Promise.all(sent)).filter(([put]) => put.status === "fulfilled");
    await start();
    const { Count = 0 } = await scan();
    expect(Count).toBeGreaterThanOrEqual(100 + written.length);
    expect(errors).toEqual([]);
  });

  it("the embedded services say that tables cannot be read, and go on", async () => {
    const other = await mkdtemp(join(tmpdir(), "emulators-"));
    await mkdir(join(other, "tables"));
    await writeFile(join(other, "tables", "CURRENT"), "MANIFEST-7\n");
    // In a process of its own: a test cannot listen to uncaught exceptions.
    const program = `
      import { ListTablesCommand } from "@aws-sdk/client-dynamodb";
      import { ListQueuesCommand } from "@aws-sdk/client-sqs";
      import { localClients } from "@rainhooks/stage/clients";
      import { startEmulators } from "./src/aws/emulators/start-emulators.ts";
      const errors = [];
      const onError = ({ message }) => errors.push(message);
      const emulators = await startEmulators({ dataDir: process.argv[1], port: 0, onError });
      const { dynamodb, sqs } = localClients(emulators.endpoint);
      const { name, message } = await dynamodb.send(new ListTablesCommand({})).catch((error) => error);
      const { $metadata } = await sqs.send(new ListQueuesCommand({}));
      await emulators.stop();
      console.log(JSON.stringify({ name, message, first: errors[0], queues: $metadata.httpStatusCode }));
    `;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--input-type=module", "--eval", program, other],
      { cwd: fileURLToPath(new URL("../../..", import.meta.url)) },
    );
    const message = expect.stringMatching(/^The tables in .*tables cannot be read or written/);
    expect(JSON.parse(stdout)).toEqual({
      name: "InternalServerError",
      message,
      first: message,
      queues: 200,
    });
    await rm(other, { recursive: true });
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

  it("the embedded services report which port is in use", async () => {
    const { port } = new URL(emulators.endpoint);
    const other = await mkdtemp(join(tmpdir(), "emulators-"));
    const second = startEmulators({
      dataDir: other,
      port: Number(port),
      onError: () => undefined,
    });
    await expect(second).rejects.toMatchObject({
      code: "stage-failed",
      message: expect.stringContaining(`Port ${port} is already in use`),
    });
    await rm(other, { recursive: true });
  });
});

/** Returns the files in a folder that this process has open, where the system says it (Linux). */
async function openFiles(folder: string): Promise<string[]> {
  if (process.platform !== "linux") return [];
  const descriptors = await readdir("/proc/self/fd");
  const paths = await Promise.all(
    descriptors.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => "")),
  );
  return paths.filter((path) => path.startsWith(`${folder}/`));
}
