import { cacheByKey } from "@rainhooks/core/cache";
import { defined, mapLimited } from "@rainhooks/core/collections";
import { MINUTE_MS } from "@rainhooks/core/durations";
import type { NodeAttributes } from "@rainhooks/core/node-attributes";
import { tableCall } from "@rainhooks/dynamodb/errors";
import { queryAll, type TableAccess } from "@rainhooks/dynamodb/read-all";
import { decodeNode } from "@rainhooks/node-status/node-item";
import { MAX_TAGS_READ } from "@rainhooks/node-status/read-tags";
import { isSubItem, STATUS, subItemName, subItemPrefix } from "@rainhooks/node-status/sub-item";

/**
 * Reads the attributes of a node that conditions use: its name, type, model and firmware, and up to
 * 1,000 tags. One query, half a read unit for each 4 KB of the item with its status and of its
 * tags.
 */
export async function readAttributes(table: TableAccess, nodeId: string): Promise<NodeAttributes> {
  const query = {
    KeyConditionExpression: "nodeId = :node AND #item BETWEEN :first AND :last",
    ExpressionAttributeNames: { "#item": "item" },
    ExpressionAttributeValues: {
      ":node": { S: nodeId },
      ":first": { S: STATUS },
      // Users come after tags.
      ":last": { S: `${subItemPrefix("tag")}\u{10ffff}` },
    },
    Limit: MAX_TAGS_READ + 1,
  };
  const items = await tableCall(table.tableName, () => queryAll(table, query, MAX_TAGS_READ + 1));
  const status = items.find((item) => item["item"]?.S === STATUS);
  const { name, type, model, firmware } =
    (status === undefined ? undefined : decodeNode(status).config) ?? {};
  const tags = items.filter((item) => isSubItem(item, "tag")).map(subItemName);
  return { id: nodeId, ...defined({ name, type, model, firmware }), tags };
}

const MAX_NODES = 10_000;
const READS_AT_ONCE = 16;

/**
 * Makes a function that returns the attributes of nodes, and reads them again after five minutes.
 */
export function cacheAttributes(
  table: TableAccess,
  nowMs: () => number,
): (nodeIds: readonly string[]) => Promise<ReadonlyMap<string, NodeAttributes>> {
  const options = { maxAgeMs: 5 * MINUTE_MS, maxKeys: MAX_NODES, nowMs };
  const attributesOf = cacheByKey((nodeId: string) => readAttributes(table, nodeId), options);
  return async (nodeIds) =>
    new Map(
      await mapLimited(nodeIds, READS_AT_ONCE, async (id) => [id, await attributesOf(id)] as const),
    );
}
