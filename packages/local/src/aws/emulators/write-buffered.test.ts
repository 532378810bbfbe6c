import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateDeliveryStreamCommand, PutRecordCommand } from "@aws-sdk/client-firehose";
import { CreateBucketCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { expect, test } from "@jest/globals";
import { localClients } from "@rainhooks/stage/clients";
import { WRITE_BUFFERED_PATH, writeBuffered } from "@rainhooks/stage/local-endpoint";
import { listen } from "../local-server.ts";
import { startEmulators } from "./start-emulators.ts";

test("Firehose of a stage writes what it has buffered when it is asked to", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "write-buffered-"));
  const emulators = await startEmulators({ dataDir, port: 0, onError: () => undefined });
  const { s3, firehose } = localClients(emulators.endpoint);
  await s3.send(new CreateBucketCommand({ Bucket: "archive" }));
  await firehose.send(
    new CreateDeliveryStreamCommand({
      DeliveryStreamName: "slow",
      ExtendedS3DestinationConfiguration: {
        BucketARN: "arn:aws:s3:::archive",
        RoleARN: "arn:aws:iam::123456789012:role/any",
        BufferingHints: { IntervalInSeconds: 900, SizeInMBs: 1 },
      },
    }),
  );
  await firehose.send(
    new PutRecordCommand({ DeliveryStreamName: "slow", Record: { Data: Buffer.from("{}\n") } }),
  );
  const objects = async () =>
    (await s3.send(new ListObjectsV2Command({ Bucket: "archive" }))).Contents?.length ?? 0;
  expect(await objects()).toBe(0);
  expect([await writeBuffered(emulators.endpoint), await objects()]).toEqual([true, 1]);
  expect((await fetch(emulators.endpoint + WRITE_BUFFERED_PATH)).status).toBe(405);
  await emulators.stop();
  await rm(dataDir, { recursive: true });
});

test("another emulator does not", async () => {
  const server = createServer((_, response) => response.writeHead(404).end());
  expect(await writeBuffered(`http://${await listen(server, 0, "--port")}`)).toBe(false);
  server.close();
});
