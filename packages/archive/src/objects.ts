import { ListObjectsV2Command, paginateListObjectsV2, type S3Client } from "@aws-sdk/client-s3";

/** A bucket with an archive. */
export interface Archive {
  readonly client: S3Client;
  readonly bucket: string;
}

/** An object of an archive, with deliveries that arrived in one hour. */
export interface ArchivedObject {
  readonly key: string;
  readonly bytes: number;
  /** Hour in which its deliveries arrived, such as `2026/11/24/08`, UTC; `undefined` if the key does not contain it. */
  readonly hour: string | undefined;
}

/** A range of hours of arrival: from the hour of `fromMs` to the hour of the time before `toMs`. */
export interface HourRange {
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
}

/** Folder of the deliveries; other folders have records that Firehose could not write. */
const DELIVERIES = "deliveries/";
const TOPIC_FOLDER = /topic=[^/]+\/$/;
const HOUR = /\/(\d{4}\/\d\d\/\d\d\/\d\d)\//;

/** Returns the folder of the hour of a time, such as `2026/11/24/08`, UTC. */
export function hourOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 13).replace(/[-T]/g, "/");
}

/** Lists the objects of an archive by hour of arrival; if topics have their own folders, topic by topic. */
export async function* listObjects(archive: Archive, hours: HourRange = {}): AsyncGenerator<ArchivedObject> {
  for (const folder of await foldersOf(archive)) yield* listFolder(archive, folder, hours);
}

/** Returns the folders with hours: one, or one per topic. */
async function foldersOf({ client, bucket }: Archive): Promise<string[]> {
  const { CommonPrefixes = [] } = await client.send(
    new ListObjectsV2Command({ Bucket: bucket, Prefix: DELIVERIES, Delimiter: "/" }),
  );
  const topics = CommonPrefixes.map(({ Prefix = "" }) => Prefix).filter((prefix) =>
    TOPIC_FOLDER.test(prefix),
  );
  return topics.length === 0 ? [DELIVERIES] : topics;
}

async function* listFolder(
  { client, bucket }: Archive,
  folder: string,
  { fromMs, toMs }: HourRange,
): AsyncGenerator<ArchivedObject> {
  const last = toMs === undefined ? undefined : hourOf(Math.max(0, toMs - 1));
  const start = fromMs === undefined ? {} : { StartAfter: `${folder}${hourOf(fromMs)}` };
  for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: folder, ...start })) {
    for (const { Key = "", Size = 0 } of page.Contents ?? []) {
      const hour = HOUR.exec(Key)?.[1];
      if (last !== undefined && hour !== undefined && hour > last) return;
      yield { key: Key, bytes: Size, hour };
    }
  }
}
