import { QueryCommand } from "@aws-sdk/client-dynamodb";
import { cacheByKey } from "@rainhooks/core/cached";
import { defined, mapLimited } from "@rainhooks/core/collections";
import { MINUTE_MS } from "@rainhooks/core/durations";
import type { NodeAttributes } from "@rainhooks/core/node-attributes";
import { tableError } from "@rainhooks/dynamodb/errors";
import { decodeNode } from "@rainhooks/node-status/node-item";
import { isPart, partName, partPrefix, STATUS } from "@rainhooks/node-status/part";
import type { NodeStatusReader } from "@rainhooks/node-status/read-node";
import { MAX_TAGS_READ } from "@rainhooks/node-status/read-tags";

/**
 * Reads the attributes of a node that conditions use: its name, type, model and firmware, and up to 1,000
 * tags. One query, half a read unit for each 4 KB of the item with its status and of its tags.
 */
export async function readAttributes(
  { client, tableName }: NodeStatusReader,
  nodeId: string,
): Promise<NodeAttributes> {
  const query = new QueryCommand({
    TableName: tableName,
    KeyConditionExpression: "nodeId = :node AND #item BETWEEN :first AND :last",
    ExpressionAttributeNames: { "#item": "item" },
    ExpressionAttributeValues: {
      ":node": { S: nodeId },
      ":first": { S: STATUS },
      // Users come after tags.
      ":last": { S: `${partPrefix("tag")}\u{10ffff}` },
    },
    Limit: MAX_TAGS_READ + 1,
  });
  try {
    const { Items = [] } = await client.send(query);
    const status = Items.find((item) => item["item"]?.S === STATUS);
    const { name, type, model, firmware } =
      (status === undefined ? undefined : decodeNode(status).config) ?? {};
    const tags = Items.filter((item) => isPart(item, "tag")).map(partName);
    return { id: nodeId, ...defined({ name, type, model, firmware }), tags };
  } catch (error) {
    throw tableError(tableName, error);
  }
}

const [MAX_NODES, READS_AT_ONCE] = [10_000, 16];

/** Makes a function that returns the attributes of nodes, and reads them again after five minutes. */
export function cacheAttributes(
  reader: NodeStatusReader,
  nowMs: () => number,
): (nodeIds: readonly string[]) => Promise<ReadonlyMap<string, NodeAttributes>> {
  const options = { maxAgeMs: 5 * MINUTE_MS, maxKeys: MAX_NODES, nowMs };
  const attributesOf = cacheByKey((nodeId: string) => readAttributes(reader, nodeId), options);
  return async (nodeIds) =>
    new Map(await mapLimited(nodeIds, READS_AT_ONCE, async (id) => [id, await attributesOf(id)] as const));
}
