import { randomUUID } from "node:crypto";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from "@aws-sdk/client-s3";
import { mapLimited } from "@rainhooks/core/collections";
import { messageOf, RainhooksError } from "@rainhooks/core/errors";
import { PARTITIONS } from "./partitions.ts";

/** Where lines by partition are in S3, so that several machines write and read them. */
export interface ObjectPrefix {
  readonly client: S3Client;
  readonly bucket: string;
  /** What the keys of the objects begin with. */
  readonly prefix: string;
}

const zip = promisify(gzip);
const unzip = promisify(gunzip);

/** Bytes with the length of the part of a partition, at the beginning of an object. */
const LENGTH_BYTES = 4;
const INDEX_BYTES = PARTITIONS * LENGTH_BYTES;
/** Smaller objects are fetched as a whole: a request costs more than these bytes. */
const MAX_WHOLE_BYTES = 64 * 1024;
/** Objects that are fetched before they are needed. */
const AHEAD = 8;
/** Maximum keys of one request. Source: Amazon S3 API reference, "DeleteObjects". */
const MAX_DELETES = 1000;

/** Adds lines to partitions. */
export type AppendLines = (lines: ReadonlyMap<number, readonly string[]>) => Promise<void>;

/**
 * Adds lines to partitions as one object: the lengths of the parts of all partitions, and then these parts,
 * each compressed alone, so that the part of a partition can be fetched without the others.
 */
export async function appendObject(
  { client, bucket, prefix }: ObjectPrefix,
  lines: ReadonlyMap<number, readonly string[]>,
): Promise<void> {
  if (lines.size === 0) return;
  const parts: Buffer[] = [];
  const index = Buffer.alloc(INDEX_BYTES);
  for (let number = 0; number < PARTITIONS; number += 1) {
    const some = lines.get(number);
    if (some === undefined) continue;
    const part = await zip(`${some.join("\n")}\n`, { level: 1 });
    index.writeUInt32BE(part.length, number * LENGTH_BYTES);
    parts.push(part);
  }
  const put = { Bucket: bucket, Key: `${prefix}${randomUUID()}`, Body: Buffer.concat([index, ...parts]) };
  await client.send(new PutObjectCommand(put));
}

/** Lines of a partition, and the key of their object. */
export interface LinesAt {
  readonly lines: readonly string[];
  readonly at: string;
}

/** Reads the lines of a partition. */
export type ReadLines = (partition: number, after?: string) => AsyncIterable<LinesAt>;

/**
 * Reads the lines of a partition from all objects, in the order of their keys.
 *
 * @param after Only objects behind this key.
 */
export async function* readObjects(
  place: ObjectPrefix,
  partition: number,
  after?: string,
): AsyncGenerator<LinesAt> {
  const started: Promise<LinesAt>[] = [];
  for await (const { Key: at = "", Size = 0 } of listed(place, after)) {
    const next = linesIn(place, at, Size, partition).then((lines) => ({ lines, at }));
    // Awaited only when the reader comes to it.
    next.catch(() => undefined);
    started.push(next);
    const [first] = started;
    if (started.length < AHEAD || first === undefined) continue;
    started.shift();
    yield await first;
  }
  for (const next of started) yield await next;
}

/** Returns the partitions that have lines in any object. */
export async function partitionsInObjects(place: ObjectPrefix): Promise<number[]> {
  const all = [...Array(PARTITIONS).keys()];
  const found = new Set<number>();
  for await (const objects of pagesOf(place)) {
    // A large fleet has something in all of them, also in the first objects: the others are not fetched.
    await mapLimited(objects, AHEAD, async ({ Key = "" }) => {
      if (found.size === all.length) return;
      const index = await indexOf(place, Key);
      for (const number of all) if (lengthIn(index, number) > 0) found.add(number);
    });
    if (found.size === all.length) break;
  }
  return all.filter((number) => found.has(number));
}

/**
 * Deletes the objects of a job, and those of other jobs that are older than a time: their commands did not
 * come to their ends.
 *
 * @param folder What the keys of the objects of all jobs begin with.
 */
export async function dropObjects(place: ObjectPrefix, folder: string, beforeMs: number): Promise<void> {
  const { client, bucket: Bucket, prefix } = place;
  let keys: { Key: string }[] = [];
  const drop = async () => {
    if (keys.length > 0)
      await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: keys, Quiet: true } }));
    keys = [];
  };
  for await (const { Key = "", LastModified } of listed({ ...place, prefix: folder })) {
    if (!Key.startsWith(prefix) && (LastModified?.getTime() ?? beforeMs) >= beforeMs) continue;
    keys.push({ Key });
    if (keys.length === MAX_DELETES) await drop();
  }
  await drop();
}

async function* listed(place: ObjectPrefix, after?: string) {
  for await (const objects of pagesOf(place, after)) yield* objects;
}

async function* pagesOf({ client, bucket, prefix }: ObjectPrefix, after?: string) {
  const input = { Bucket: bucket, Prefix: prefix, StartAfter: after };
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, input)) yield Contents;
}

async function linesIn(
  place: ObjectPrefix,
  key: string,
  bytes: number,
  partition: number,
): Promise<string[]> {
  const whole = bytes <= MAX_WHOLE_BYTES ? await fetched(place, key) : undefined;
  const index = await indexOf(place, key, whole);
  let start = INDEX_BYTES;
  for (let number = 0; number < partition; number += 1) start += lengthIn(index, number);
  const length = lengthIn(index, partition);
  if (length === 0) return [];
  const part = whole?.subarray(start, start + length) ?? (await fetched(place, key, { start, length }));
  const text = await unzip(part).catch((error: unknown) => {
    throw notReadable(key, messageOf(error));
  });
  return text.toString("utf8").split("\n").slice(0, -1);
}

/** Returns the beginning of an object, with the lengths of its parts. */
async function indexOf(place: ObjectPrefix, key: string, whole?: Buffer): Promise<Buffer> {
  const index = whole ?? (await fetched(place, key, { start: 0, length: INDEX_BYTES }));
  if (index.length < INDEX_BYTES) throw notReadable(key, `it has only ${index.length} bytes`);
  return index;
}

function lengthIn(index: Buffer, partition: number): number {
  return index.readUInt32BE(partition * LENGTH_BYTES);
}

async function fetched(
  { client, bucket }: ObjectPrefix,
  key: string,
  range?: { readonly start: number; readonly length: number },
): Promise<Buffer> {
  const Range = range === undefined ? undefined : `bytes=${range.start}-${range.start + range.length - 1}`;
  const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key, Range }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

function notReadable(key: string, why: string): RainhooksError {
  return new RainhooksError("stage-unavailable", `The file ${key} of this job cannot be read: ${why}.`);
}
