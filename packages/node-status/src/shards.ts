import {
  paginateQuery,
  type QueryCommandInput,
  type QueryCommandOutput,
} from "@aws-sdk/client-dynamodb";
import { mapLimited } from "@rainhooks/core/collections";
import type { IndexDescription } from "@rainhooks/dynamodb/table-description";
import type { NodeStatusReader } from "./read-node.ts";

/** Number of pages, each of up to 1 MB, that are read at once when whole shards are read. */
const READS_AT_ONCE = 8;

/** Counts the items of shards of an index. Reads them all, but returns only their number. */
export async function countShards(
  reader: NodeStatusReader,
  index: IndexDescription,
  shards: readonly string[],
): Promise<number> {
  let count = 0;
  await eachPage(reader, index, shards, { Select: "COUNT" }, ({ Count = 0 }) => {
    count += Count;
  });
  return count;
}

/**
 * Reads shards of an index in parallel, page by page, and passes each page on, in no particular
 * order.
 */
export async function eachPage(
  { client, tableName }: NodeStatusReader,
  { name, partitionKey }: IndexDescription,
  shards: readonly string[],
  options: Pick<QueryCommandInput, "Select" | "ProjectionExpression">,
  take: (page: QueryCommandOutput) => void,
): Promise<void> {
  await mapLimited(shards, READS_AT_ONCE, async (shard) => {
    const query = {
      ...options,
      TableName: tableName,
      IndexName: name,
      KeyConditionExpression: "#shard = :shard",
      ExpressionAttributeNames: { "#shard": partitionKey.name },
      ExpressionAttributeValues: { ":shard": { S: shard } },
    };
    for await (const page of paginateQuery({ client }, query)) take(page);
  });
}
