import { QueryCommand } from "@aws-sdk/client-dynamodb";
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
    return { id: nodeId, ...given({ name, type, model, firmware }), tags };
  } catch (error) {
    throw tableError(tableName, error);
  }
}

function given(values: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
