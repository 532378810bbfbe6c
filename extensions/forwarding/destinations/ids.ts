import { tableCall } from "@rainhooks/dynamodb/errors";
import { scanAll } from "@rainhooks/dynamodb/read-all";
import type { DestinationStore } from "./destination-store.ts";

/** What the id of a destination is. The keys of other items of the table are none. */
export const DESTINATION_ID = /^[a-z0-9](?:[a-z0-9-]{0,28}[a-z0-9])?$/;

/** Returns true for a text that can be the id of a destination. */
export function isDestinationId(text: unknown): text is string {
  return typeof text === "string" && DESTINATION_ID.test(text);
}

/** Reads the ids of all destinations, in their order. */
export async function readDestinationIds(store: DestinationStore): Promise<string[]> {
  const items = await tableCall(store.tableName, () =>
    scanAll(store, { ProjectionExpression: "id" }),
  );
  return items
    .map(({ id }) => id?.S)
    .filter(isDestinationId)
    .sort();
}
