import { type ChildProcess, spawn } from "node:child_process";
import { gunzipSync, gzipSync } from "node:zlib";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { eventually } from "@rainhooks/testing/eventually";
import { freePort } from "@rainhooks/testing/listen";
import { deliveryOf } from "@rainhooks/testing/samples";
import { eraseLine } from "./erase-line.ts";
import { eraseObjects } from "./erase-objects.ts";
import { type ErasureSubject, namesOf } from "./subject.ts";

/*
 * Runs only where the machine has moto (`pip install 'moto[server]'`): an S3 that keeps versions,
 * which the embedded one does not.
 */
const COMMAND = process.env["MOTO_SERVER"] ?? "moto_server";
const Bucket = "archive";
const USER = "5c75d6be-4a95-4065-951b-9519664f6498";
const subject: ErasureSubject = { kind: "user", id: USER, also: [] };

let moto: ChildProcess;
let client: S3Client;

beforeAll(async () => {
  const port = await freePort();
  moto = spawn(COMMAND, ["-H", "127.0.0.1", "-p", port], { stdio: "ignore" });
  const endpoint = `http://127.0.0.1:${port}`;
  client = new S3Client({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
    forcePathStyle: true,
  });
  const isUp = () =>
    fetch(`${endpoint}/moto-api/`)
      .then(({ ok }) => ok)
      .catch(() => false);
  await eventually(isUp, (up) => up);
  await client.send(new CreateBucketCommand({ Bucket }));
  await client.send(
    new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }),
  );
});
afterAll(() => {
  client.destroy();
  moto.kill("SIGKILL");
});

const keyOf = (hour: number) => `deliveries/2026/11/24/${String(hour).padStart(2, "0")}/a.gz`;

async function put(Key: string, userId: string, StorageClass?: "GLACIER_IR"): Promise<void> {
  const alert = deliveryOf({
    event_type: "rmaker.event.alert",
    event_data: { node_id: "n", user_id: userId },
  });
  const Body = gzipSync(`${JSON.stringify(alert)}\n`);
  await client.send(
    new PutObjectCommand({ Bucket, Key, Body, ...(StorageClass && { StorageClass }) }),
  );
}

/** Returns the text of each version of each object. */
async function versions(): Promise<
  { key: string; text: string; storageClass: string | undefined; isLatest: boolean }[]
> {
  const { Versions = [] } = await client.send(new ListObjectVersionsCommand({ Bucket }));
  return Promise.all(
    Versions.map(async ({ Key = "", VersionId, StorageClass, IsLatest = false }) => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, VersionId }));
      const text = gunzipSync((await Body?.transformToByteArray()) ?? new Uint8Array()).toString();
      return { key: Key, text, storageClass: StorageClass, isLatest: IsLatest };
    }),
  );
}

it("an erasure takes a subject out of every version, also of deleted or overwritten objects", async () => {
  await put(keyOf(0), USER);
  await put(keyOf(1), "somebody-else");
  await put(keyOf(2), USER, "GLACIER_IR");
  // Overwritten by one without the subject, and the other way round.
  await put(keyOf(3), USER);
  await put(keyOf(3), "somebody-else");
  await put(keyOf(4), "somebody-else");
  await put(keyOf(4), USER);
  await put(keyOf(5), USER);
  await client.send(new DeleteObjectCommand({ Bucket, Key: keyOf(5) }));
  const alias = "rainhooks-erased-0123456789ab";
  const erase = (after?: string) => {
    const bucket = { client, bucket: Bucket, isVersioned: true };
    const changes = { onDropped: async () => undefined, onDone: async () => undefined };
    const renaming = { names: namesOf(subject), alias };
    return eraseObjects({ bucket, eraseLine: (line) => eraseLine(line, renaming) }, changes, after);
  };
  expect(await erase(keyOf(4))).toMatchObject({ objects: 1, versions: 1, rewritten: 0 });
  expect(await erase()).toMatchObject({ objects: 7, versions: 1, rewritten: 3, changed: 3 });
  expect(await erase()).toMatchObject({ versions: 0, rewritten: 0 });
  const left = await versions();
  expect(left.filter(({ text }) => text.includes(USER))).toEqual([]);
  expect(left.filter(({ isLatest }) => isLatest).map(({ key }) => key)).toEqual(
    [0, 1, 2, 3, 4].map(keyOf),
  );
  expect(left.find(({ key }) => key === keyOf(2))).toMatchObject({
    text: expect.stringContaining(alias),
    storageClass: "GLACIER_IR",
  });
});

it("an erasure takes a subject out of an object that another erasure has rewritten since it was listed", async () => {
  const key = keyOf(9);
  await put(key, USER);
  let isFirst = true;
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const { Key, VersionId } = Object(args.input);
        if (commandName === "GetObjectCommand" && Key === key && isFirst) {
          isFirst = false;
          await put(key, USER);
          await client.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
        }
        return next(args);
      },
    { step: "initialize", name: "meanwhile" },
  );
  const bucket = { client, bucket: Bucket, isVersioned: true };
  const changes = { onDropped: async () => undefined, onDone: async () => undefined };
  const renaming = { names: namesOf(subject), alias: "rainhooks-erased-0123456789ab" };
  const search = { bucket, eraseLine: (line: string) => eraseLine(line, renaming) };
  expect(await eraseObjects(search, changes)).toMatchObject({ rewritten: 1, changed: 1 });
  client.middlewareStack.remove("meanwhile");
  const left = (await versions()).filter((one) => one.key === key);
  expect(left).toEqual([
    expect.objectContaining({ isLatest: true, text: expect.not.stringContaining(USER) }),
  ]);
});
