import { paginateQuery } from "@aws-sdk/client-dynamodb";
import { tableError } from "@rainhooks/dynamodb";
import { partName, partPrefix } from "./part.ts";
import type { NodeStatusReader } from "./read-node.ts";

/**
 * Reads the tags of a node, sorted: all that were ever attached. Half a read unit for about 60 tags.
 *
 * @example
 * ```ts
 * import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
 * import { readTags } from "@rainhooks/node-status";
 *
 * const reader = { client: new DynamoDBClient({}), tableName: "rainhooks-dev-node-status" };
 * console.log(await readTags(reader, "nowhere")); // []
 * ```
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
    for await (const { Items = [] } of paginateQuery({ client }, query)) tags.push(...Items.map(partName));
  } catch (error) {
    throw tableError(tableName, error);
  }
  return tags;
}
