import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { gunzipSync } from "node:zlib";
import { type AttributeValue, paginateScan } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, paginateListObjectsV2 } from "@aws-sdk/client-s3";
import { collect } from "@rainhooks/core/collections";
import { deadLettersOf } from "@rainhooks/stage/read-dead-letters";
import { allQueued, archiveOf, type StageAccess } from "@rainhooks/stage/stage-access";
import { slotClient } from "@rainhooks/stage/tables/live-tables";

/** What a stage has stored. */
type Stored = readonly (readonly [place: string, texts: readonly string[]])[];

/** Returns the places that have a text in which a test finds something, however it is packed. */
export function placesWhere(stored: Stored, isIn: (text: string) => boolean): string[] {
  return stored.filter(([, texts]) => texts.some(isIn)).map(([place]) => place);
}

/** Returns in what of a stage one of some texts is. */
export async function placesWith(
  access: StageAccess,
  ...texts: readonly string[]
): Promise<string[]> {
  return placesWhere(await collect(storedTexts(access)), (stored) =>
    texts.some((text) => stored.includes(text)),
  );
}

/** Returns the files of a folder in which a test finds something. */
export async function filesWhere(
  folder: string,
  isIn: (stored: string) => boolean,
): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
  // A file may be replaced while the folder is read.
  const read = files.map(
    async (file) => [file, await readFile(file).catch(() => Buffer.alloc(0))] as const,
  );
  return (await Promise.all(read))
    .filter(([, bytes]) => textsIn(bytes).some(isIn))
    .map(([file]) => relative(folder, file));
}

const GZIP = Buffer.from([0x1f, 0x8b]);
const BASE64 = /[A-Za-z0-9+/]{16,}={0,2}/g;

/** Returns what bytes say: as they are, unzipped, and what is in base64 in that. */
function textsIn(bytes: Uint8Array): string[] {
  const buffer = Buffer.from(bytes);
  const text = unzipped(buffer).toString("utf8");
  const coded = [...text.matchAll(BASE64)].map(([one]) => Buffer.from(one, "base64"));
  return [
    text,
    ...coded.map((one) => one.toString("utf8")),
    ...coded
      .filter((one) => one.subarray(0, GZIP.length).equals(GZIP))
      .flatMap((one) => textsIn(one)),
  ];
}

function unzipped(bytes: Buffer): Buffer {
  if (!bytes.subarray(0, GZIP.length).equals(GZIP)) return bytes;
  try {
    return gunzipSync(bytes);
  } catch {
    // It only begins like that.
    return bytes;
  }
}

/** Reads the texts of a stage's objects, of its tables in both slots, and of its dead letters. */
export async function* storedTexts(
  access: StageAccess,
): AsyncGenerator<[place: string, texts: string[]]> {
  const { s3 } = access.clients;
  const { bucket: Bucket } = archiveOf(access);
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket }))
    for (const { Key = "" } of Contents) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
      yield [Key, [Key, ...textsIn(bytes)]];
    }
  const client = slotClient(access);
  for (const [name, TableName] of Object.entries(access.outputs.tables))
    for await (const { Items = [] } of paginateScan({ client }, { TableName }))
      yield [`table ${name}`, Items.flatMap(textsOf)];
  // Each waits for a second for what a queue may still have.
  yield* await Promise.all(
    [...allQueued(access)].map(
      async ([name]): Promise<[string, string[]]> => [
        `dead letters of ${name}`,
        textsIn(Buffer.from(JSON.stringify(await deadLettersOf(access, name)))),
      ],
    ),
  );
}

/** Returns the texts of an item, of which some are packed. */
function textsOf(item: Readonly<Record<string, AttributeValue>>): string[] {
  return [
    JSON.stringify(item),
    ...Object.values(item).flatMap(({ B }) => (B === undefined ? [] : textsIn(B))),
  ];
}
