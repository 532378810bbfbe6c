import { type Attributes, keyText, type TableTarget } from "@rainhooks/dynamodb/key";
import { refusalOf } from "@rainhooks/dynamodb/limits";
import { encodeItem } from "../encode.ts";
import type { Item, ItemFailure } from "../sink.ts";
import type { Fold } from "./fold.ts";

/** The values of a batch that are folded into one item. */
export interface FoldGroup<Value> {
  readonly key: Attributes;
  readonly values: Value[];
  /** Ids of the sink items, one for each value. */
  readonly ids: string[];
}

/**
 * Groups the values of a batch by the keys of their items, and adds a failure for each key that DynamoDB
 * would refuse.
 */
export function groupByKey<Value>(
  items: readonly Item<Value>[],
  { table, tableName, keysOf }: TableTarget & Pick<Fold<Value, never>, "keysOf">,
  failures: ItemFailure[],
): FoldGroup<Value>[] {
  const groups = new Map<string, FoldGroup<Value>>();
  for (const { id, value } of items) {
    const encoded = encodeItem(id, () => keysOf(value));
    if (!encoded.ok) {
      failures.push(encoded.failure);
      continue;
    }
    for (const key of encoded.output) {
      const refusal = refusalOf(tableName, { ...table, indexes: [] }, key);
      if (refusal !== undefined) {
        failures.push({ id, error: refusal });
        continue;
      }
      const text = keyText(table, key);
      const group = groups.get(text) ?? { key, values: [], ids: [] };
      group.values.push(value);
      group.ids.push(id);
      groups.set(text, group);
    }
  }
  return [...groups.values()];
}
