import { type DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { cacheByKey } from "@rainhooks/core/cache";
import { SECOND_MS } from "@rainhooks/core/durations";
import { tableError } from "../errors.ts";
import type { Attributes } from "../key.ts";
import { FIRST_SLOTS, type StoreSlots } from "./slot.ts";

/** The table that says which slots are in use, and the client to read it with. */
export interface SlotTable {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}

/** How long a process does not see a change of slots. */
export const MAX_SLOTS_AGE_MS = 10 * SECOND_MS;

/**
 * Reads which slots of a store are in use.
 *
 * @throws {RainhooksError} `sink-unavailable` or `throttled` if the table cannot be read.
 */
export async function readSlots(
  { client, tableName }: SlotTable,
  store: string,
): Promise<StoreSlots> {
  try {
    const { Item } = await client.send(
      new GetItemCommand({
        TableName: tableName,
        Key: { store: { S: store } },
        ConsistentRead: true,
      }),
    );
    return slotsOf(Item);
  } catch (error) {
    throw tableError(tableName, error);
  }
}

/** Reads which slots an item of the table says. */
export function slotsOf(item: Attributes | undefined): StoreSlots {
  if (item === undefined) return FIRST_SLOTS;
  const ahead = item["ahead"]?.S;
  return {
    live: item["live"]?.S === "b" ? "b" : "a",
    both: item["both"]?.BOOL === true,
    ahead: ahead === "a" || ahead === "b" ? ahead : undefined,
  };
}

/** Options of {@link cacheSlots}. */
export interface SlotCacheOptions extends SlotTable {
  readonly nowMs: () => number;
}

/**
 * Makes a function that returns which slots of a store are in use, read again after {@link
 * MAX_SLOTS_AGE_MS}.
 */
export function cacheSlots({
  nowMs,
  ...table
}: SlotCacheOptions): (store: string) => Promise<StoreSlots> {
  return cacheByKey((store) => readSlots(table, store), { maxAgeMs: MAX_SLOTS_AGE_MS, nowMs });
}
