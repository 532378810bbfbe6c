import { type DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { countText } from "@rainhooks/core/count-text";
import { RainhooksError } from "@rainhooks/core/errors";
import { backoffMs, DEFAULT_RETRY, type RetryPolicy } from "@rainhooks/core/retry";
import { batchGet } from "@rainhooks/dynamodb/batch-get";
import { batchWrite } from "@rainhooks/dynamodb/batch-write";
import { isConditionTrue } from "@rainhooks/dynamodb/condition";
import { isRefusal, tableError, throttledError } from "@rainhooks/dynamodb/errors";
import { type Attributes, keyText, type TableTarget } from "@rainhooks/dynamodb/key";
import { refusalOf } from "@rainhooks/dynamodb/limits";
import { encodingError } from "../encode.ts";
import { failAll, type ItemFailure } from "../sink.ts";
import { type Fold, foldInto, type NextItems } from "./fold.ts";
import type { ItemGroup } from "./item-groups.ts";

/** The table of a fold, and how it is read and written. */
export interface FoldOptions<Value, State> extends TableTarget {
  readonly client: DynamoDBClient;
  readonly fold: Fold<Value, State>;
  /** The table for the items of {@link Fold.overflow}. */
  readonly overflow?: TableTarget;
  /** @defaultValue DEFAULT_RETRY */
  readonly retry?: RetryPolicy;
}

/** A group, and its item before the write. */
export interface GroupItem<Value> {
  readonly group: ItemGroup<Value>;
  readonly item: Attributes | undefined;
}

/**
 * Attribute that counts the writes of an item. A write has the condition that the version has not
 * changed since the read.
 */
const VERSION = "version";

/** Reads the items of groups, and folds the values of a group into its item. */
export class FoldTable<Value, State> {
  readonly #options: FoldOptions<Value, State>;
  readonly #retry: RetryPolicy;

  constructor(options: FoldOptions<Value, State>) {
    this.#options = options;
    this.#retry = options.retry ?? DEFAULT_RETRY;
  }

  /**
   * Reads the items of groups. If DynamoDB rejects the keys of one, the groups are read one by one,
   * and that one is added to the failures.
   */
  async find(
    groups: readonly ItemGroup<Value>[],
    failures: ItemFailure[],
  ): Promise<GroupItem<Value>[]> {
    const keys = groups.map(({ item }) => item);
    try {
      const found = await this.#read(keys, false);
      return groups.map((group) => ({ group, item: found.get(this.#textOf(group.item)) }));
    } catch (error) {
      if (isRefusal(error) && groups.length > 1) {
        const alone: GroupItem<Value>[] = [];
        for (const group of groups) alone.push(...(await this.find([group], failures)));
        return alone;
      }
      failures.push(...groups.flatMap(({ ids }) => failAll(ids, this.#errorOf(error))));
      return [];
    }
  }

  /**
   * Folds a group. After a permanent error its values are folded one by one, so that only the
   * invalid ones fail.
   */
  async fold(group: ItemGroup<Value>, item: Attributes | undefined): Promise<ItemFailure[]> {
    try {
      await this.#apply(group, item);
      return [];
    } catch (thrown) {
      const error = this.#errorOf(thrown);
      return error.permanent && group.values.length > 1
        ? this.#foldOneByOne(group)
        : failAll(group.ids, error);
    }
  }

  async #foldOneByOne({ item, values, ids }: ItemGroup<Value>): Promise<ItemFailure[]> {
    const failures: ItemFailure[] = [];
    for (const [index, value] of values.entries()) {
      const group = { item, values: [value], ids: ids.slice(index, index + 1) };
      try {
        failures.push(...(await this.fold(group, await this.#newest(item))));
      } catch (error) {
        failures.push(...failAll(group.ids, this.#errorOf(error)));
      }
    }
    return failures;
  }

  async #apply(group: ItemGroup<Value>, found: Attributes | undefined): Promise<void> {
    const { tableName } = this.#options;
    let current = found;
    for (let attempt = 1; attempt <= this.#retry.attempts; attempt++) {
      const { item, overflow } = this.#next(group, current);
      await this.#writeOverflow(overflow);
      if (item === undefined || (await this.#put(item, current))) return;
      await this.#retry.sleep(backoffMs(this.#retry, attempt));
      current = await this.#newest(group.item);
    }
    throw new RainhooksError(
      "write-conflict",
      `Table ${tableName}: item ${this.#textOf(group.item)} was changed by other writers in all ${this.#retry.attempts} attempts.`,
    );
  }

  /**
   * Returns the writes of a group: its new item with its version, unless the values do not change
   * it, and the items of the other table.
   */
  #next({ item: key, values }: ItemGroup<Value>, current: Attributes | undefined): NextItems {
    const { fold, table, tableName } = this.#options;
    try {
      const { item, overflow } = foldInto(fold, values, key, current);
      if (item === undefined) return { item, overflow };
      const version = Number(current?.[VERSION]?.N ?? 0) + 1;
      const versioned = { ...item, ...key, [VERSION]: { N: String(version) } };
      const refusal = refusalOf(tableName, table, versioned);
      if (refusal !== undefined) throw refusal;
      return { item: versioned, overflow };
    } catch (thrown) {
      throw encodingError(thrown);
    }
  }

  /**
   * Puts an item if there is none yet, or if its version has not changed. An item that another
   * program has written has no version.
   */
  #put(Item: Attributes, current: Attributes | undefined): Promise<boolean> {
    const { client, table, tableName } = this.#options;
    const version = current?.[VERSION];
    return isConditionTrue(
      client.send(
        new PutItemCommand({
          TableName: tableName,
          Item,
          ConditionExpression:
            version === undefined ? "attribute_not_exists(#name)" : "#name = :version",
          ExpressionAttributeNames: {
            "#name": current === undefined ? table.partitionKey.name : VERSION,
          },
          ...(version === undefined ? {} : { ExpressionAttributeValues: { ":version": version } }),
        }),
      ),
    );
  }

  async #writeOverflow(items: readonly Attributes[]): Promise<void> {
    if (items.length === 0) return;
    const { client, overflow } = this.#options;
    if (overflow === undefined)
      throw new TypeError("A fold with an overflow needs the table for it.");
    const { tableName } = overflow;
    const puts = items.map((Item) => ({ PutRequest: { Item } }));
    const left = await batchWrite(puts, { client, tableName, retry: this.#retry }).catch(
      (error) => {
        throw tableError(tableName, error);
      },
    );
    if (left.length > 0)
      throw throttledError(tableName, `${countText(left.length, "item")} not written.`);
  }

  /*
   * The first read is eventually consistent, at half the price. That is safe: states only grow, so
   * if an old state contains the values, the newest state does too; and a write that is based on an
   * old version fails its condition.
   */
  async #read(keys: readonly Attributes[], consistent: boolean): Promise<Map<string, Attributes>> {
    const { client, tableName } = this.#options;
    const items = await batchGet(keys, { client, tableName, retry: this.#retry, consistent });
    return new Map(items.map((item) => [this.#textOf(item), item]));
  }

  async #newest(key: Attributes): Promise<Attributes | undefined> {
    return (await this.#read([key], true)).get(this.#textOf(key));
  }

  #textOf(item: Attributes): string {
    return keyText(this.#options.table, item);
  }

  #errorOf(thrown: unknown): RainhooksError {
    return tableError(this.#options.tableName, thrown);
  }
}
