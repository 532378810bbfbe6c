import { paginateScan } from "@aws-sdk/client-dynamodb";
import { tableError } from "@rainhooks/dynamodb/errors";
import type { DestinationStore } from "./destination-store.ts";

/** What the id of a destination is. The keys of other items of the table are none. */
export const DESTINATION_ID = /^[a-z0-9](?:[a-z0-9-]{0,28}[a-z0-9])?$/;

/** Returns true for a text that can be the id of a destination. */
export function isDestinationId(text: unknown): text is string {
  return typeof text === "string" && DESTINATION_ID.test(text);
}

/** Reads the ids of all destinations, in their order. */
export async function readDestinationIds({ client, tableName }: DestinationStore): Promise<string[]> {
  const ids: string[] = [];
  try {
    const pages = paginateScan({ client }, { TableName: tableName, ProjectionExpression: "id" });
    for await (const { Items = [] } of pages) ids.push(...Items.map(({ id }) => id?.S ?? ""));
  } catch (error) {
    throw tableError(tableName, error);
  }
  return ids.filter(isDestinationId).sort();
}
