import { ListObjectsV2Command, paginateListObjectsV2, type S3Client } from "@aws-sdk/client-s3";

/** A bucket with an archive in it. */
export interface Archive {
  readonly client: S3Client;
  readonly bucket: string;
}

/** An object of an archive: some deliveries that arrived in one hour. */
export interface ArchivedObject {
  readonly key: string;
  readonly bytes: number;
  /** Hour in which its deliveries arrived, such as `2026/11/24/08`, UTC; `undefined` where the key does not tell. */
  readonly hour: string | undefined;
}

/** Hours of arrival: from the one in which `fromMs` lies up to the one in which the time before `toMs` lies. */
export interface HourRange {
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
}

/** Folder of the deliveries; beside it are those of what Firehose could not write. */
const DELIVERIES = "deliveries/";
const TOPIC_FOLDER = /topic=[^/]+\/$/;
const HOUR = /\/(\d{4}\/\d\d\/\d\d\/\d\d)\//;

/** The folder of the hour in which a time lies, such as `2026/11/24/08`, UTC. */
export function hourOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 13).replace(/[-T]/g, "/");
}

/** The objects of an archive, in the order of the hours in which their deliveries arrived; of each topic by itself, where each has its folder. */
export async function* listObjects(archive: Archive, hours: HourRange = {}): AsyncGenerator<ArchivedObject> {
  for (const folder of await foldersOf(archive)) yield* listFolder(archive, folder, hours);
}

/** An archive may have a folder for each topic, and in it the hours. */
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
