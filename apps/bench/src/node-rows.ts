import { type DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { Change, Expected } from "./connections.ts";

/** Converts an item to the last change of its node; `undefined` if the item is not the one with a node's status. */
export type ToChange = (item: Readonly<Record<string, unknown>>) => Change | undefined;

/** Counts the rows that differ from what is expected: wrong, missing or unexpected ones. Reads the whole table. */
export async function countWrongRows(
  client: DynamoDBClient,
  TableName: string,
  toChange: ToChange,
  expected: Expected,
): Promise<number> {
  let [right, wrong] = [0, 0];
  for await (const { Items = [] } of paginateScan({ client }, { TableName, ConsistentRead: true })) {
    for (const item of Items) {
      const found = toChange(unmarshall(item));
      if (found === undefined) continue;
      const { state, atMs } = expected.get(found.nodeId) ?? {};
      if (found.state === state && found.atMs === atMs) right += 1;
      else wrong += 1;
    }
  }
  return wrong + Math.max(0, expected.size - right - wrong);
}

/** Reads the rows of node-status by their attributes, not with the code that wrote them. */
export const changeOfOurRow: ToChange = (item) => {
  if (item["item"] !== "status") return undefined;
  const shard = item["statusShard"];
  const state = typeof shard === "string" ? shard.slice(0, shard.indexOf("#")) : "online";
  if (state !== "online" && state !== "offline") return undefined;
  const clock = item[state === "online" ? "connected" : "disconnected"] as
    | { readonly latest?: { readonly atMs?: unknown } }
    | undefined;
  return { nodeId: String(item["nodeId"]), state, atMs: Number(clock?.latest?.atMs) };
};
