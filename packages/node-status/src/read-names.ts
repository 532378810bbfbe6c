import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { mapLimited } from "@rainhooks/core/collections";
import type { NodeStatusReader } from "./read-node.ts";
import { statusKey } from "./sub-item.ts";

const READS_AT_ONCE = 32;

/**
 * Reads the names of nodes, by their ids. A node without a name is left out. Half a read unit for
 * each node.
 */
export async function readNames(
  { client, tableName }: NodeStatusReader,
  nodeIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  await mapLimited([...new Set(nodeIds)], READS_AT_ONCE, async (nodeId) => {
    const { Item } = await client.send(
      new GetItemCommand({
        TableName: tableName,
        Key: statusKey(nodeId),
        ProjectionExpression: "#config.#name",
        ExpressionAttributeNames: { "#config": "config", "#name": "name" },
      }),
    );
    const name = Item?.["config"]?.M?.["name"]?.S;
    if (name !== undefined) names.set(nodeId, name);
  });
  return names;
}
