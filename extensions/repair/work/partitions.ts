import { hash } from "node:crypto";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from "@aws-sdk/client-s3";
import { messageOf, RainhooksError } from "@rainhooks/core/errors";

/** Number of partitions: what belongs together is in memory for one of them at a time. */
export const PARTITIONS = 256;

/**
 * Returns the partition of an id, by a hash that is quick rather than safe (FNV-1a, and the last
 * step of MurmurHash3).
 */
export function partitionOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < id.length; index += 1)
    hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) & (PARTITIONS - 1);
}

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
 * Adds lines to partitions as one object: the lengths of the parts of all partitions, and then
 * these parts, each compressed alone, so that the part of a partition can be fetched without the
 * others. It is named by its content: a call that is repeated, because its response was lost, adds
 * nothing.
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
  const Body = Buffer.concat([index, ...parts]);
  const Key = `${prefix}${hash("sha256", Body, "hex")}`;
  await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
}

/** Keeps lines by partition, a part of them in memory. */
export class LineBuffer {
  readonly #append: AppendLines;
  readonly #maxLines: number;
  #lines = new Map<number, string[]>();
  #count = 0;

  constructor(append: AppendLines, maxLines = Number.POSITIVE_INFINITY) {
    this.#append = append;
    this.#maxLines = maxLines;
  }

  add(partition: number, line: string): void {
    const lines = this.#lines.get(partition);
    if (lines === undefined) this.#lines.set(partition, [line]);
    else lines.push(line);
    this.#count += 1;
  }

  /** Writes what is in memory, if that is much. */
  async flushIfFull(): Promise<void> {
    if (this.#count >= this.#maxLines) await this.flush();
  }

  /** Writes what is in memory. */
  async flush(): Promise<void> {
    const lines = this.#lines;
    [this.#lines, this.#count] = [new Map(), 0];
    await this.#append(lines);
  }
}

/** Lines of a partition, and the key of their object. */
export interface LinesAt {
  readonly lines: readonly string[];
  readonly at: string;
}

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

/**
 * Deletes the objects of a job, and those of other jobs that are older than a time: their commands
 * did not come to their ends.
 *
 * @param folder What the keys of the objects of all jobs begin with.
 */
export async function dropObjects(
  place: ObjectPrefix,
  folder: string,
  beforeMs: number,
): Promise<void> {
  const { client, bucket: Bucket, prefix } = place;
  let keys: { Key: string }[] = [];
  const drop = async () => {
    if (keys.length > 0)
      await client.send(
        new DeleteObjectsCommand({ Bucket, Delete: { Objects: keys, Quiet: true } }),
      );
    keys = [];
  };
  for await (const { Key = "", LastModified } of listed({ ...place, prefix: folder })) {
    if (!Key.startsWith(prefix) && (LastModified?.getTime() ?? beforeMs) >= beforeMs) continue;
    keys.push({ Key });
    if (keys.length === MAX_DELETES) await drop();
  }
  await drop();
}

async function* listed({ client, bucket, prefix }: ObjectPrefix, after?: string) {
  const input = { Bucket: bucket, Prefix: prefix, StartAfter: after };
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, input)) yield* Contents;
}

async function linesIn(
  place: ObjectPrefix,
  key: string,
  bytes: number,
  partition: number,
): Promise<string[]> {
  const whole = bytes <= MAX_WHOLE_BYTES ? await fetched(place, key) : undefined;
  const index = whole ?? (await fetched(place, key, { start: 0, length: INDEX_BYTES }));
  if (index.length < INDEX_BYTES) throw notReadable(key, `it has only ${index.length} bytes`);
  let start = INDEX_BYTES;
  for (let number = 0; number < partition; number += 1) start += lengthIn(index, number);
  const length = lengthIn(index, partition);
  if (length === 0) return [];
  const part =
    whole?.subarray(start, start + length) ?? (await fetched(place, key, { start, length }));
  const text = await unzip(part).catch((error: unknown) => {
    throw notReadable(key, messageOf(error));
  });
  return text.toString("utf8").split("\n").slice(0, -1);
}

function lengthIn(index: Buffer, partition: number): number {
  return index.readUInt32BE(partition * LENGTH_BYTES);
}

async function fetched(
  { client, bucket }: ObjectPrefix,
  key: string,
  range?: { readonly start: number; readonly length: number },
): Promise<Buffer> {
  const Range =
    range === undefined ? undefined : `bytes=${range.start}-${range.start + range.length - 1}`;
  const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key, Range }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

function notReadable(key: string, why: string): RainhooksError {
  return new RainhooksError(
    "stage-unavailable",
    `The file ${key} of this job cannot be read: ${why}.`,
  );
}
