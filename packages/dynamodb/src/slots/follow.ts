import type { DynamoDBClient, ServiceInputTypes } from "@aws-sdk/client-dynamodb";
import type { TableDescription } from "../table-description.ts";
import { cacheSlots, type SlotCacheOptions } from "./read.ts";
import { slotTableName } from "./slot.ts";

/** Options of {@link followSlots}. */
export interface FollowSlotsOptions {
  /** The table of slots, read with another client. */
  readonly slots: SlotCacheOptions;
  /** The tables that have slots, by their deployed names. */
  readonly tables: ReadonlyMap<string, TableDescription>;
}

/**
 * Makes a client send each request about a table with slots to the slot that is live, so that code
 * which reads a store does not have to know of slots.
 *
 * @returns The client.
 * @throws {TypeError} from a batch call or a transaction about such a table: a batch would need its
 * results renamed, and no reader makes one. From a statement of PartiQL, whose text has the name of
 * its table.
 */
export function followSlots(
  client: DynamoDBClient,
  { slots, tables }: FollowSlotsOptions,
): DynamoDBClient {
  const slotsOf = cacheSlots(slots);
  client.middlewareStack.add(
    (next) => async (args) => {
      const { input } = args;
      requireNone(batchTables(input), tables);
      if (PARTIQL.some((name) => name in input))
        throw new TypeError(
          "Statements of PartiQL cannot be sent with a client that follows slots.",
        );
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

/** Inputs with statements of PartiQL. */
const PARTIQL = ["Statement", "Statements", "TransactStatements"];

/** Returns the names of the tables in a batch or a transaction. */
function batchTables(input: ServiceInputTypes): string[] {
  if ("RequestItems" in input) return Object.keys(input.RequestItems ?? {});
  if (!("TransactItems" in input)) return [];
  const items: readonly object[] = input.TransactItems ?? [];
  return items.flatMap((item) =>
    Object.values<{ readonly TableName?: string | undefined } | undefined>({ ...item }).flatMap(
      (one) => one?.TableName ?? [],
    ),
  );
}

function requireNone(names: readonly string[], tables: FollowSlotsOptions["tables"]): void {
  const found = names.find((name) => tables.get(name)?.store !== undefined);
  if (found !== undefined)
    throw new TypeError(
      `Table ${found} has slots: batches and transactions cannot be sent with a client that follows them.`,
    );
}
