import { BatchWriteItemCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { chunk, decode, mapLimited, type RainmakerEvent, readDelivery } from "@rainhooks/core";
import { MAX_WRITES_PER_CALL } from "@rainhooks/dynamodb";
import { encodeNode, project } from "@rainhooks/node-status";
import { deliveryId, recordOfChange } from "../connections.ts";
import { nodeIdOf } from "./storm.ts";

const CALLS_AT_ONCE = 8;

/** Writes the rows of nodes that are online, as the projection makes them. */
export async function writeKnownNodes(
  client: DynamoDBClient,
  table: string,
  nodes: number,
  onlineMs: number,
): Promise<void> {
  const indexes = Array.from({ length: nodes }, (_, index) => index);
  await mapLimited(chunk(indexes, MAX_WRITES_PER_CALL), CALLS_AT_ONCE, async (some) => {
    const requests = some.map((index) => ({ PutRequest: { Item: rowOf(index, onlineMs) } }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests } }));
  });
}

function rowOf(index: number, atMs: number) {
  const nodeId = nodeIdOf(index);
  const record = recordOfChange({ nodeId, state: "online", atMs }, deliveryId(index));
  const decoded = decode(readDelivery(record));
  if (decoded.kind !== "event") throw new Error("A connect is not an event.");
  const events: RainmakerEvent[] = [decoded.event];
  return { ...encodeNode(project(events, 0), nodeId), version: { N: "1" } };
}
