import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandInput,
  PutObjectCommand,
  paginateListObjectsV2,
  type StorageClass,
} from "@aws-sdk/client-s3";
import type { Archive } from "@rainhooks/archive/objects";

/**
 * A bucket, and whether it keeps older versions of objects. The embedded S3 has none, and no list
 * of them.
 */
export interface StoredBucket extends Archive {
  readonly isVersioned: boolean;
  /** Only objects whose keys begin with it. @defaultValue all */
  readonly prefix?: string;
}

/** One version of an object. */
export interface ObjectVersion {
  /** `undefined` where there are no versions. */
  readonly id: string | undefined;
  readonly isLatest: boolean;
  readonly storageClass: string | undefined;
}

/** An object with all its versions, the newest first. */
export interface StoredObject {
  readonly key: string;
  readonly versions: readonly ObjectVersion[];
}

/** Lists objects with their versions, in the order of their keys. */
export function storedObjects(bucket: StoredBucket, after?: string): AsyncGenerator<StoredObject> {
  return bucket.isVersioned ? withVersions(bucket, after) : withoutVersions(bucket, after);
}

async function* withoutVersions(
  { client, bucket: Bucket, prefix: Prefix }: StoredBucket,
  StartAfter: string | undefined,
): AsyncGenerator<StoredObject> {
  for await (const { Contents = [] } of paginateListObjectsV2(
    { client },
    { Bucket, Prefix, StartAfter },
  ))
    for (const { Key: key = "", StorageClass: storageClass } of Contents)
      yield { key, versions: [{ id: undefined, isLatest: true, storageClass }] };
}

async function* withVersions(
  { client, bucket: Bucket, prefix: Prefix }: StoredBucket,
  after: string | undefined,
): AsyncGenerator<StoredObject> {
  let current: { key: string; versions: ObjectVersion[] } | undefined;
  let marker: Pick<ListObjectVersionsCommandInput, "KeyMarker" | "VersionIdMarker"> = {
    KeyMarker: after,
  };
  for (let isTruncated = true; isTruncated; ) {
    const page = await client.send(new ListObjectVersionsCommand({ Bucket, Prefix, ...marker }));
    for (const {
      Key: key = "",
      VersionId: id,
      IsLatest: isLatest = false,
      ...rest
    } of page.Versions ?? []) {
      // Some services begin with the versions of the key after which they shall begin.
      if (key === after) continue;
      if (current !== undefined && current.key !== key) yield current;
      if (current?.key !== key) current = { key, versions: [] };
      current.versions.push({ id, isLatest, storageClass: rest.StorageClass });
    }
    isTruncated = page.IsTruncated === true;
    marker = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
  }
  if (current !== undefined) yield current;
}

const GZIP = Buffer.from([0x1f, 0x8b]);
const unzip = promisify(gunzip);
const zip = promisify(gzip);

/** The lines of an object. */
export interface ObjectText {
  readonly lines: readonly string[];
  readonly isZipped: boolean;
  /** Says which content it is. */
  readonly etag: string | undefined;
  /** The version that was read; absent in a bucket without versions. */
  readonly id: string | undefined;
}

/**
 * Reads a version of an object; returns `undefined` if it is gone, and `broken` for bytes that are
 * not of its format.
 */
export async function readVersion(
  { client, bucket }: Archive,
  key: string,
  id?: string,
): Promise<ObjectText | "broken" | undefined> {
  let bytes: Buffer;
  let own: Pick<ObjectText, "etag" | "id">;
  try {
    const object = await client.send(
      new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: id }),
    );
    bytes = Buffer.from((await object.Body?.transformToByteArray()) ?? []);
    own = { etag: object.ETag, id: object.VersionId };
  } catch (error) {
    // Another process, or the lifecycle of the bucket, has deleted it.
    if (error instanceof Error && ["NoSuchKey", "NoSuchVersion"].includes(error.name))
      return undefined;
    throw error;
  }
  const isZipped = bytes.subarray(0, GZIP.length).equals(GZIP);
  try {
    const text = (isZipped ? await unzip(bytes) : bytes).toString("utf8");
    return { ...own, isZipped, lines: text.split("\n") };
  } catch {
    return "broken";
  }
}

/**
 * Writes an object again, in the same format and storage class, if its newest version is still the
 * one that was read: otherwise, what another erasure has taken out would be there again.
 *
 * @returns False if it is another one.
 */
export async function writeLines(
  { client, bucket }: Archive,
  key: string,
  { lines, isZipped, etag }: ObjectText,
  storageClass: string | undefined,
): Promise<boolean> {
  const text = lines.join("\n");
  const put = new PutObjectCommand({
    Bucket: bucket,
    Key: key,
    Body: isZipped ? await zip(text) : Buffer.from(text),
    IfMatch: etag,
    ...(storageClass === undefined ? {} : { StorageClass: storageClass as StorageClass }),
  });
  try {
    await client.send(put);
    return true;
  } catch (error) {
    if (error instanceof Error && CONFLICTS.has(error.name)) return false;
    throw error;
  }
}

/**
 * The error of S3 for an object that has changed since it was read, or is being written. Source:
 * Amazon S3 API reference, "PutObject".
 */
const CONFLICTS = new Set(["PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"]);

/** Deletes a version of an object. */
export async function deleteVersion(
  { client, bucket }: Archive,
  key: string,
  id: string,
): Promise<void> {
  await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key, VersionId: id }));
}
