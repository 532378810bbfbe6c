import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, paginateListObjectsV2, type S3Client } from "@aws-sdk/client-s3";
import { mapLimited } from "@rainhooks/core";
import type { TableDescription } from "@rainhooks/dynamodb";
import { createTable } from "@rainhooks/embedded-dynamodb";
import { localClients } from "@rainhooks/stage";

const Bucket = "archive";
const WRITES_AT_ONCE = 24;
const LINES_AT_ONCE = 1000;

/** The table that the script fills. */
export const SCRIPT_TABLE = {
  name: "script-nodes",
  partitionKey: { name: "nodeId", type: "S" },
} as const satisfies TableDescription;

/** Creates the table of the script. */
export function createScriptTable(client: DynamoDBClient): Promise<void> {
  return createTable(client, SCRIPT_TABLE.name, SCRIPT_TABLE);
}

/** Makes rows again as one would write it by hand: reads each object, and writes each connect and disconnect if it is newer. Returns the number of lines. */
export async function runScript(client: DynamoDBClient, endpoint: string): Promise<number> {
  const { s3 } = localClients(endpoint);
  let [count, lines]: [number, string[]] = [0, []];
  const writeAll = async () => {
    await mapLimited(lines, WRITES_AT_ONCE, (line) => write(client, line));
    count += lines.length;
    lines = [];
  };
  for await (const line of linesOf(s3)) {
    lines.push(line);
    if (lines.length === LINES_AT_ONCE) await writeAll();
  }
  await writeAll();
  return count;
}

async function* linesOf(s3: S3Client): AsyncGenerator<string> {
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket }))
    for (const { Key } of Contents) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      if (!(Body instanceof Readable)) throw new Error(`${Key} has no body.`);
      yield* createInterface({ input: Body.pipe(createGunzip()) });
    }
}

async function write(client: DynamoDBClient, line: string): Promise<void> {
  const { EventType, Timestamp, EventData } = JSON.parse(JSON.parse(line).body);
  const state = { "rmaker.event.node_connected": "online", "rmaker.event.node_disconnected": "offline" }[
    String(EventType)
  ];
  if (state === undefined) return;
  const update = new UpdateItemCommand({
    TableName: SCRIPT_TABLE.name,
    Key: { nodeId: { S: String(EventData.NodeId) } },
    UpdateExpression: "SET #state = :state, atMs = :at",
    ConditionExpression: "attribute_not_exists(atMs) OR atMs < :at",
    ExpressionAttributeNames: { "#state": "state" },
    ExpressionAttributeValues: { ":state": { S: state }, ":at": { N: String(Timestamp) } },
  });
  try {
    await client.send(update);
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}
