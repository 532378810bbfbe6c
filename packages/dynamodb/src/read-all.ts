import {
  type DynamoDBClient,
  paginateQuery,
  paginateScan,
  type QueryCommandInput,
  type ScanCommandInput,
} from "@aws-sdk/client-dynamodb";
import type { Attributes } from "./key.ts";

/** A table of a stage, and the client to use it with. */
export interface TableAccess {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}

/**
 * Reads what a Query finds, page by page.
 *
 * @param max Maximum number of items: pages after it are not read. `Limit` says how many a page
 * has.
 */
export function queryAll(
  { client, tableName: TableName }: TableAccess,
  query: Omit<QueryCommandInput, "TableName">,
  max?: number,
): Promise<Attributes[]> {
  return itemsIn(paginateQuery({ client }, { ...query, TableName }), max);
}

/** Reads what a Scan finds, page by page, as {@link queryAll} does. */
export function scanAll(
  { client, tableName: TableName }: TableAccess,
  scan: Omit<ScanCommandInput, "TableName"> = {},
  max?: number,
): Promise<Attributes[]> {
  return itemsIn(paginateScan({ client }, { ...scan, TableName }), max);
}

async function itemsIn(
  pages: AsyncIterable<{ readonly Items?: Attributes[] | undefined }>,
  max = Number.POSITIVE_INFINITY,
): Promise<Attributes[]> {
  const items: Attributes[] = [];
  for await (const { Items = [] } of pages) {
    items.push(...Items);
    if (items.length >= max) break;
  }
  return items.slice(0, max);
}
