import { paginateQuery } from "@aws-sdk/client-dynamodb";
import { tableError } from "@rainhooks/dynamodb/errors";
import { partName, partPrefix } from "./part.ts";
import type { NodeStatusReader } from "./read-node.ts";

/**
 * Maximum number of tags that are read of a node. Nodes of RainMaker Neo write tags themselves, and may write
 * any number.
 */
export const MAX_TAGS_READ = 1000;

/**
 * Reads the tags of a node, sorted: the first 1,000 of all that were ever attached. Half a read unit for
 * about 60 tags.
 */
export async function readTags({ client, tableName }: NodeStatusReader, nodeId: string): Promise<string[]> {
  const query = {
    TableName: tableName,
    KeyConditionExpression: "nodeId = :node AND begins_with(#item, :prefix)",
    ExpressionAttributeNames: { "#item": "item" },
    ExpressionAttributeValues: { ":node": { S: nodeId }, ":prefix": { S: partPrefix("tag") } },
  };
  const tags: string[] = [];
  try {
    for await (const { Items = [] } of paginateQuery({ client }, { ...query, Limit: MAX_TAGS_READ })) {
      tags.push(...Items.map(partName));
      if (tags.length >= MAX_TAGS_READ) break;
    }
  } catch (error) {
    throw tableError(tableName, error);
  }
  return tags.slice(0, MAX_TAGS_READ);
}
