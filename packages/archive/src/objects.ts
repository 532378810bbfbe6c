import { type _Object, paginateListObjectsV2, type S3Client } from "@aws-sdk/client-s3";
import { hourOf } from "./hour.ts";

/** A bucket with an archive. */
export interface Archive {
  readonly client: S3Client;
  readonly bucket: string;
}

/** An object of an archive, with deliveries that arrived in one hour. */
export interface ArchivedObject {
  readonly key: string;
  readonly bytes: number;
  /**
   * Hour in which its deliveries arrived, such as `2026/11/24/08`, UTC; `undefined` if the key does
   * not contain it.
   */
  readonly hour: string | undefined;
  /** Storage class of S3, such as `GLACIER_IR`; `undefined` for the standard one. */
  readonly storageClass?: string | undefined;
  /** When it was written, epoch milliseconds. */
  readonly writtenAtMs?: number | undefined;
}

/** A range of hours of arrival: from the hour of `fromMs` to the hour of the time before `toMs`. */
export interface HourRange {
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
}

/** Folder of the deliveries; other folders have records that Firehose could not write. */
const DELIVERIES = "deliveries/";
const HOUR = /\/(\d{4}\/\d\d\/\d\d\/\d\d)\//;

/** Lists the objects of an archive by hour of arrival. */
export async function* listObjects(
  { client, bucket }: Archive,
  { fromMs, toMs }: HourRange = {},
): AsyncGenerator<ArchivedObject> {
  const last = toMs === undefined ? undefined : hourOf(Math.max(0, toMs - 1));
  const start = fromMs === undefined ? {} : { StartAfter: `${DELIVERIES}${hourOf(fromMs)}` };
  for await (const page of paginateListObjectsV2(
    { client },
    { Bucket: bucket, Prefix: DELIVERIES, ...start },
  )) {
    for (const listed of page.Contents ?? []) {
      const object = toObject(listed);
      if (last !== undefined && (object.hour ?? "") > last) return;
      yield object;
    }
  }
}

function toObject({ Key = "", Size = 0, StorageClass, LastModified }: _Object): ArchivedObject {
  const isStandard = StorageClass === undefined || StorageClass === "STANDARD";
  const storageClass = isStandard ? {} : { storageClass: StorageClass };
  const written = LastModified === undefined ? {} : { writtenAtMs: LastModified.getTime() };
  return { key: Key, bytes: Size, hour: HOUR.exec(Key)?.[1], ...storageClass, ...written };
}
