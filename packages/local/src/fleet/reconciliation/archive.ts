import type { S3Client } from "@aws-sdk/client-s3";
import { listObjects } from "@rainhooks/archive/objects";
import { readObject } from "@rainhooks/archive/read-object";
import { collect, mapLimited } from "@rainhooks/core/collections";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";

const READS_AT_ONCE = 8;

/** The content of an archive. */
export interface ArchiveContent {
  readonly objects: number;
  readonly bytes: number;
  readonly deliveries: readonly Delivery[];
}

/** Reads the whole archive of a bucket: every object, with one delivery per line. */
export async function readArchive(client: S3Client, bucket: string): Promise<ArchiveContent> {
  const archive = { client, bucket };
  const objects = await collect(listObjects(archive));
  const deliveries = await mapLimited(objects, READS_AT_ONCE, ({ key }) => readObject(archive, key));
  return {
    objects: objects.length,
    bytes: objects.reduce((sum, { bytes }) => sum + bytes, 0),
    deliveries: deliveries.flat(),
  };
}
