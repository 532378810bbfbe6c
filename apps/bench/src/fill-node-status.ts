import { BatchWriteItemCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { chunk, decode, mapLimited } from "@rainhooks/core";
import { MAX_WRITES_PER_CALL } from "@rainhooks/dynamodb";
import { encodeNode, project } from "@rainhooks/node-status";
import { deliveryOf } from "@rainhooks/testing";

/** Every fifth node is offline. */
export const OFFLINE_EVERY = 5;
const FIRST_MS = Date.UTC(2026, 0);
const MAX_CONCURRENT_CALLS = 8;

/** Writes the rows of `node-0`, `node-1` and so on, as the projection makes them, with parallel calls. */
export async function fillNodeStatus(
  { client, tableName }: { readonly client: DynamoDBClient; readonly tableName: string },
  nodes: number,
): Promise<void> {
  const indexes = Array.from({ length: nodes }, (_, index) => index);
  await mapLimited(chunk(indexes, MAX_WRITES_PER_CALL), MAX_CONCURRENT_CALLS, (batch) =>
    client.send(
      new BatchWriteItemCommand({
        RequestItems: {
          [tableName]: batch.map((index) => ({ PutRequest: { Item: rowOf(index) } })),
        },
      }),
    ),
  );
}

function rowOf(index: number) {
  const node_id = `node-${index}`;
  const atMs = FIRST_MS + index * 1000 + 1;
  const info = { name: `Kitchen ${index}`, fw_version: "1.4.2", type: "esp.device.light", model: "esp32c3" };
  const events = [
    eventOf("node_config_changed", atMs - 60_000, { node_id, config: { info } }),
    eventOf("node_connected", atMs - 60_000, { node_id }),
    eventOf("user_node_added", atMs - 60_000, {
      user_id: `user-${index}`,
      nodes: [node_id],
      user_role: "primary",
    }),
    ...(index % OFFLINE_EVERY === 0 ? [eventOf("node_disconnected", atMs, { node_id })] : []),
  ];
  return encodeNode(project(events, 0), node_id);
}

/** Decodes an event, as it would arrive. */
export function eventOf(type: string, timestamp: number, event_data: object) {
  const body = { event_type: `rmaker.event.${type}`, timestamp, event_data };
  const decoded = decode(deliveryOf(body, { sentAtMs: timestamp + 120 }));
  if (decoded.kind !== "event") throw new Error(`${type} is not an event: ${JSON.stringify(decoded)}`);
  return decoded.event;
}
