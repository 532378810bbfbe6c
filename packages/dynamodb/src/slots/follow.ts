import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { TableDescription } from "../table.ts";
import { type KnownSlotsOptions, knownSlots } from "./read.ts";
import { slotTableName } from "./slot.ts";

/** Options of {@link followSlots}. */
export interface FollowSlotsOptions {
  /** The table of slots, read with another client. */
  readonly slots: KnownSlotsOptions;
  /** The tables that have slots, by their deployed names. */
  readonly tables: ReadonlyMap<string, TableDescription>;
}

/**
 * Makes a client send each request about a table with slots to the slot that is live, so that code which reads a store does not have to know
 * of slots.
 *
 * @returns The client.
 * @throws {TypeError} from a batch call about such a table: it would need its results renamed, and no reader makes one.
 */
export function followSlots(client: DynamoDBClient, { slots, tables }: FollowSlotsOptions): DynamoDBClient {
  const slotsOf = knownSlots(slots);
  client.middlewareStack.add(
    (next) => async (args) => {
      const { input } = args;
      if ("RequestItems" in input) requireNone(Object.keys(input.RequestItems ?? {}), tables);
      const name = "TableName" in input ? input.TableName : undefined;
      const store = name === undefined ? undefined : tables.get(name)?.store;
      if (name === undefined || store === undefined) return next(args);
      const { live } = await slotsOf(store);
      return next({ ...args, input: { ...input, TableName: slotTableName(name, live) } });
    },
    { step: "initialize", name: "followSlots" },
  );
  return client;
}

function requireNone(names: readonly string[], tables: FollowSlotsOptions["tables"]): void {
  const found = names.find((name) => tables.get(name)?.store !== undefined);
  if (found !== undefined)
    throw new TypeError(`Table ${found} has slots: batches cannot be sent with a client that follows them.`);
}
