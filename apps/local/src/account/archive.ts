import { gunzipSync } from "node:zlib";
import { GetObjectCommand, paginateListObjectsV2, type S3Client } from "@aws-sdk/client-s3";
import { type Delivery, mapLimited } from "@rainhooks/core";

const READS_AT_ONCE = 8;
/** First two bytes of gzip. */
const GZIP_MAGIC = 0x1f8b;

/** What an archive holds. */
export interface ArchiveContent {
  readonly objects: number;
  readonly bytes: number;
  readonly deliveries: readonly Delivery[];
}

/** Reads the whole archive of a bucket: every object, every line a delivery. */
export async function readArchive(s3: S3Client, bucket: string): Promise<ArchiveContent> {
  const keys: string[] = [];
  let bytes = 0;
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: "deliveries/" })) {
    for (const { Key, Size } of page.Contents ?? []) {
      if (Key !== undefined) keys.push(Key);
      bytes += Size ?? 0;
    }
  }
  const deliveries = await mapLimited(keys, READS_AT_ONCE, (key) => readObject(s3, bucket, key));
  return { objects: keys.length, bytes, deliveries: deliveries.flat() };
}

async function readObject(s3: S3Client, bucket: string, key: string): Promise<Delivery[]> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  const raw = Buffer.from((await Body?.transformToByteArray()) ?? []);
  const zipped = raw.length >= 2 && raw.readUInt16BE(0) === GZIP_MAGIC;
  const text = (zipped ? gunzipSync(raw) : raw).toString("utf8");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Delivery);
}
