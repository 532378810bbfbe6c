import { tableCall } from "@rainhooks/dynamodb/errors";
import { queryAll } from "@rainhooks/dynamodb/read-all";
import type { NodeStatusReader } from "./read-node.ts";
import { subItemName, subItemPrefix } from "./sub-item.ts";

/**
 * Maximum number of tags that are read of a node. Nodes of RainMaker Neo write tags themselves, and
 * may write any number.
 */
export const MAX_TAGS_READ = 1000;

/**
 * Reads the tags of a node, sorted: the first 1,000 of all that were ever attached. Half a read
 * unit for about 60 tags.
 */
export async function readTags(reader: NodeStatusReader, nodeId: string): Promise<string[]> {
  const query = {
    KeyConditionExpression: "nodeId = :node AND begins_with(#item, :prefix)",
    ExpressionAttributeNames: { "#item": "item" },
    ExpressionAttributeValues: { ":node": { S: nodeId }, ":prefix": { S: subItemPrefix("tag") } },
    Limit: MAX_TAGS_READ,
  };
  const items = await tableCall(reader.tableName, () => queryAll(reader, query, MAX_TAGS_READ));
  return items.map(subItemName);
}
