import { isDeepStrictEqual } from "node:util";
import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { RainhooksError } from "@rainhooks/core/errors";
import { isConditionTrue } from "./condition.ts";
import { tableCall, tableError } from "./errors.ts";
import type { Attributes } from "./key.ts";
import type { TableAccess } from "./read-all.ts";

/** What a conditional write needs besides the item. */
interface PutIfOptions extends TableAccess {
  /** The key attributes. */
  readonly key: readonly string[];
  readonly condition: string;
  readonly names?: Readonly<Record<string, string>>;
  readonly values?: Attributes;
}

/**
 * Writes an item if a condition holds, such as that nobody has changed it since it was read. The
 * client repeats a call whose response is lost, and then meets what it has written itself: that
 * counts as written. So does the same item of somebody else, who writes it at the same time.
 *
 * @returns Whether the item is written.
 * @throws {RainhooksError} as {@link tableError} says.
 */
async function putIf(Item: Attributes, options: PutIfOptions): Promise<boolean> {
  const { client, tableName: TableName, key, condition, names, values } = options;
  const put = new PutItemCommand({
    TableName,
    Item,
    ConditionExpression: condition,
    ...(names && { ExpressionAttributeNames: { ...names } }),
    ...(values && { ExpressionAttributeValues: values }),
  });
  const Key = Object.fromEntries(Object.entries(Item).filter(([name]) => key.includes(name)));
  try {
    if (await isConditionTrue(client.send(put))) return true;
    const stored = await client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
    return isDeepStrictEqual(stored.Item, Item);
  } catch (error) {
    throw tableError(TableName, error);
  }
}

/** A table with items that say in an attribute how often they were written. */
export interface VersionedTable extends TableAccess {
  /** The key attributes. */
  readonly key: readonly string[];
  /** @defaultValue `version` */
  readonly version?: string;
}

/**
 * Writes an item, unless somebody has written it since it was read.
 *
 * @param read The version that was read; `undefined` if there was no item. The new one is in the
 * item.
 * @returns Whether it is written.
 */
export function putUnchanged(
  { version = "version", ...table }: VersionedTable,
  item: Attributes,
  read: number | undefined,
): Promise<boolean> {
  return putIf(item, {
    ...table,
    condition: read === undefined ? "attribute_not_exists(#version)" : "#version = :read",
    names: { "#version": version },
    ...(read === undefined ? {} : { values: { ":read": { N: String(read) } } }),
  });
}

/** How often a change of an item is tried that others change at the same time. */
const MAX_CHANGES = 5;

/**
 * Changes an item: reads it, and writes what becomes of it, unless somebody has written it in
 * between. Then both are repeated. The next version is set here.
 *
 * @param change Returns the item as it shall be, or `undefined` to leave it as it is. It is called
 * again for each repeat. It must not count: two that make the same of an item at the same time are
 * one change.
 * @returns The item as it is now, and whether this call has changed it.
 * @throws {RainhooksError} `write-conflict` if others change it again and again; as {@link
 * tableError} says.
 */
export async function changeItem(
  table: VersionedTable,
  Key: Attributes,
  change: (item: Attributes | undefined) => Attributes | undefined,
): Promise<{ readonly item: Attributes | undefined; readonly isChanged: boolean }> {
  const { client, tableName: TableName, version = "version" } = table;
  for (let attempt = 1; attempt <= MAX_CHANGES; attempt += 1) {
    const get = new GetItemCommand({ TableName, Key, ConsistentRead: true });
    const { Item: item } = await tableCall(TableName, () => client.send(get));
    const changed = change(item);
    if (changed === undefined) return { item, isChanged: false };
    const read = item?.[version]?.N === undefined ? undefined : Number(item[version].N);
    const next = { ...changed, ...Key, [version]: { N: String((read ?? 0) + 1) } };
    if (await putUnchanged(table, next, read)) return { item: next, isChanged: true };
  }
  const message = `Table ${TableName}: item ${JSON.stringify(Key)} is being changed by others. Try again.`;
  throw new RainhooksError("write-conflict", message);
}
