import { type Attributes, keyText, type TableTarget } from "@rainhooks/dynamodb/key";
import { refusalOf } from "@rainhooks/dynamodb/limits";
import { encodeItem } from "../encode.ts";
import type { Item, ItemFailure } from "../sink.ts";

/** The values of a batch that one item of a table comes from. */
export interface ItemGroup<Value> {
  /** The item of the last value: at least its key. */
  item: Attributes;
  readonly values: Value[];
  /** Ids of the sink items, one for each value. */
  readonly ids: string[];
}

/**
 * Groups the values of a batch by the keys of their items, and adds a failure for each item that
 * DynamoDB would refuse.
 */
export function groupByKey<Value>(
  items: readonly Item<Value>[],
  {
    table,
    tableName,
    itemsOf,
  }: TableTarget & { readonly itemsOf: (value: Value) => readonly Attributes[] },
  failures: ItemFailure[],
): ItemGroup<Value>[] {
  const groups = new Map<string, ItemGroup<Value>>();
  for (const { id, value } of items) {
    const encoded = encodeItem(id, () => itemsOf(value));
    if (!encoded.ok) {
      failures.push(encoded.failure);
      continue;
    }
    for (const item of encoded.output) {
      const refusal = refusalOf(tableName, table, item);
      if (refusal !== undefined) {
        failures.push({ id, error: refusal });
        continue;
      }
      const text = keyText(table, item);
      const group = groups.get(text) ?? { item, values: [], ids: [] };
      group.item = item;
      group.values.push(value);
      group.ids.push(id);
      groups.set(text, group);
    }
  }
  return [...groups.values()];
}
