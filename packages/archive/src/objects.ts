import { type _Object, ListObjectsV2Command, paginateListObjectsV2, type S3Client } from "@aws-sdk/client-s3";
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
   * Hour in which its deliveries arrived, such as `2026/11/24/08`, UTC; `undefined` if the key does not
   * contain it.
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
const TOPICS = `${DELIVERIES}topic=`;
const HOUR = /\/(\d{4}\/\d\d\/\d\d\/\d\d)\//;

/** Lists the objects of an archive by hour of arrival; if topics have their own folders, topic by topic. */
export async function* listObjects(archive: Archive, hours: HourRange = {}): AsyncGenerator<ArchivedObject> {
  for (const folder of await foldersOf(archive)) yield* listFolder(archive, folder, hours);
}

/**
 * Returns the folders with hours, in the order of their names: one, one per topic, or both if that was
 * changed.
 */
async function foldersOf({ client, bucket }: Archive): Promise<string[]> {
  const { CommonPrefixes = [] } = await client.send(
    new ListObjectsV2Command({ Bucket: bucket, Prefix: DELIVERIES, Delimiter: "/" }),
  );
  const folders = CommonPrefixes.map(({ Prefix = "" }) => Prefix);
  const topics = folders.filter((folder) => folder.startsWith(TOPICS));
  return topics.length === folders.length ? topics : [DELIVERIES, ...topics];
}

async function* listFolder(
  { client, bucket }: Archive,
  folder: string,
  { fromMs, toMs }: HourRange,
): AsyncGenerator<ArchivedObject> {
  const last = toMs === undefined ? undefined : hourOf(Math.max(0, toMs - 1));
  const start = fromMs === undefined ? {} : { StartAfter: `${folder}${hourOf(fromMs)}` };
  for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: folder, ...start })) {
    for (const listed of page.Contents ?? []) {
      const object = toObject(listed);
      const { key, hour } = object;
      if (folder === DELIVERIES && key.startsWith(TOPICS)) return;
      if (last !== undefined && (hour ?? "") > last) return;
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
