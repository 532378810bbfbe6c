import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { paginateScan } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, paginateListObjectsV2 } from "@aws-sdk/client-s3";
import { deadLettersOf } from "@rainhooks/operate";
import { allQueued, archiveOf, type ReachedStage, slotClient } from "@rainhooks/stage";

const unzip = promisify(gunzip);

/** Returns in what of a stage a text is: its objects, its tables in both slots, its dead letters. */
export async function placesWith(reached: ReachedStage, text: string): Promise<string[]> {
  const places: string[] = [];
  for await (const [place, stored] of storedTexts(reached))
    if (`${stored} ${decodedRecords(stored)}`.includes(text)) places.push(place);
  return places;
}

/** Records that Firehose could not write are in base64. */
function decodedRecords(stored: string): string {
  return [...stored.matchAll(/"rawData":"([^"]*)"/g)]
    .map(([, raw = ""]) => Buffer.from(raw, "base64").toString("utf8"))
    .join("\n");
}

async function* storedTexts(reached: ReachedStage): AsyncGenerator<[place: string, text: string]> {
  const { s3 } = reached.clients;
  const { bucket: Bucket } = archiveOf(reached);
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket }))
    for (const { Key = "" } of Contents) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
      yield [Key, `${Key} ${(bytes[0] === 0x1f ? await unzip(bytes) : Buffer.from(bytes)).toString("utf8")}`];
    }
  const client = slotClient(reached);
  for (const [name, TableName] of Object.entries(reached.outputs.tables))
    for await (const { Items = [] } of paginateScan({ client }, { TableName }))
      yield [`table ${name}`, JSON.stringify(Items)];
  // Each waits for a second for what a queue may still have.
  yield* await Promise.all(
    [...allQueued(reached)].map(
      async ([name]): Promise<[string, string]> => [
        `dead letters of ${name}`,
        JSON.stringify(await deadLettersOf(reached, name)),
      ],
    ),
  );
}
