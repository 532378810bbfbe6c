import { type DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import {
  backoffMs,
  chunk,
  DEFAULT_RETRY,
  mapLimited,
  RainhooksError,
  type RetryPolicy,
} from "@rainhooks/core";
import {
  type Attributes,
  batchGet,
  batchWrite,
  conditionHeld,
  isRefusal,
  keyText,
  MAX_KEYS_PER_CALL,
  MAX_WRITES_PER_CALL,
  refusalOf,
  type TableTarget,
  tableError,
  throttledError,
} from "@rainhooks/dynamodb";
import { encodingError } from "../encode.ts";
import { failAll, type ItemFailure, oneEach, type Sink } from "../sink.ts";
import { type Fold, foldInto, type NextItems } from "./fold.ts";
import { type Group, groupByKey } from "./fold-groups.ts";

const MAX_CONCURRENT_READS = 8;
/** The client has 50 connections. */
const MAX_CONCURRENT_WRITES = 48;
/** Attribute that counts the writes of an item. A write has the condition that the version has not changed since the read. */
const VERSION = "version";

/** A group, and its item before the write. */
interface Found<Value> {
  readonly group: Group<Value>;
  readonly item: Attributes | undefined;
}

/**
 * Makes a sink that folds values into one item per key. A batch needs one batched read, and one conditional write per key. If
 * another writer has changed an item since the read, it is read again, joined again and written again; after the last retry
 * its values fail with `write-conflict`. If the values change nothing (duplicates, late events), nothing is written. A value
 * that makes the item invalid fails alone; the other values of its key are written.
 *
 * @example
 * ```ts
 * import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
 * import { foldSink } from "@rainhooks/sinks";
 *
 * const sink = foldSink<{ readonly node: string; readonly atMs: number }, number>({
 *   client: new DynamoDBClient({}),
 *   tableName: "rainhooks-dev-last-alerts",
 *   table: { name: "last-alerts", partitionKey: { name: "node", type: "S" } },
 *   fold: {
 *     keysOf: ({ node }) => [{ node: { S: node } }],
 *     stateOf: (alerts) => Math.max(...alerts.map(({ atMs }) => atMs)),
 *     join: Math.max,
 *     equal: Object.is,
 *     encode: (atMs) => ({ atMs: { N: String(atMs) } }),
 *     decode: ({ atMs }) => Number(atMs?.N),
 *   },
 * });
 * console.log(await sink.write([{ id: "1", value: { node: "kitchen", atMs: 1_732_435_200_000 } }])); // []
 * ```
 */
export function foldSink<Value, State>(
  options: TableTarget & {
    readonly client: DynamoDBClient;
    readonly fold: Fold<Value, State>;
    /** The table for the items of {@link Fold.overflow}. */
    readonly overflow?: TableTarget;
    readonly retry?: RetryPolicy;
  },
): Sink<Value> {
  const { client, table, tableName, fold, retry = DEFAULT_RETRY } = options;

  /*
   * The first read is eventually consistent, at half the price. That is safe: states only grow, so if an old state contains
   * the values, the newest state does too; and a write that is based on an old version fails its condition.
   */
  async function read(keys: readonly Attributes[], consistent: boolean): Promise<Map<string, Attributes>> {
    const items = await batchGet(keys, { client, tableName, retry, consistent });
    return new Map(items.map((item) => [keyText(table, item), item]));
  }

  /** Puts an item if there is none yet, or if its version has not changed. An item that another program has written has no version. */
  function put(Item: Attributes, current: Attributes | undefined): Promise<boolean> {
    const version = current?.[VERSION];
    return conditionHeld(
      client.send(
        new PutItemCommand({
          TableName: tableName,
          Item,
          ConditionExpression: version === undefined ? "attribute_not_exists(#name)" : "#name = :version",
          ExpressionAttributeNames: { "#name": current === undefined ? table.partitionKey.name : VERSION },
          ...(version === undefined ? {} : { ExpressionAttributeValues: { ":version": version } }),
        }),
      ),
    );
  }

  /** Returns the writes of a group: its new item with its version, unless the values do not change it, and the items of the other table. */
  function nextItems(group: Group<Value>, current: Attributes | undefined, version: number): NextItems {
    try {
      const { item, overflow } = foldInto(fold, group.values, group.key, current);
      if (item === undefined) return { item, overflow };
      const versioned = { ...item, ...group.key, [VERSION]: { N: String(version + 1) } };
      const refusal = refusalOf(tableName, table, versioned);
      if (refusal !== undefined) throw refusal;
      return { item: versioned, overflow };
    } catch (thrown) {
      throw encodingError(thrown);
    }
  }

  async function writeOverflow(items: readonly Attributes[]): Promise<void> {
    if (items.length === 0) return;
    const { overflow } = options;
    if (overflow === undefined) throw new TypeError("A fold with an overflow needs the table for it.");
    const target = { client, tableName: overflow.tableName, retry };
    for (const batch of chunk(items, MAX_WRITES_PER_CALL)) {
      const left = await batchWrite(
        batch.map((Item) => ({ PutRequest: { Item } })),
        target,
      ).catch((error) => {
        throw tableError(overflow.tableName, error);
      });
      if (left.length > 0) throw throttledError(overflow.tableName, `${left.length} items were not written.`);
    }
  }

  async function apply(group: Group<Value>, found: Attributes | undefined): Promise<void> {
    let current = found;
    for (let attempt = 1; attempt <= retry.attempts; attempt++) {
      const version = Number(current?.[VERSION]?.N ?? 0);
      const { item, overflow } = nextItems(group, current, version);
      await writeOverflow(overflow);
      if (item === undefined || (await put(item, current))) return;
      await retry.sleep(backoffMs(retry, attempt));
      current = (await read([group.key], true)).get(keyText(table, group.key));
    }
    throw new RainhooksError(
      "write-conflict",
      `Table ${tableName}: item ${keyText(table, group.key)} was changed by other writers in all ${retry.attempts} attempts.`,
    );
  }

  /** Writes a group. After a permanent error its values are written one by one, so that only the invalid ones fail. */
  async function applyOrFail(group: Group<Value>, found: Attributes | undefined): Promise<ItemFailure[]> {
    try {
      await apply(group, found);
      return [];
    } catch (thrown) {
      const error = tableError(tableName, thrown);
      return error.permanent && group.values.length > 1 ? applyOneByOne(group) : failAll(group.ids, error);
    }
  }

  async function applyOneByOne({ key, values, ids }: Group<Value>): Promise<ItemFailure[]> {
    const failures: ItemFailure[] = [];
    for (const [index, value] of values.entries()) {
      const group = { key, values: [value], ids: ids.slice(index, index + 1) };
      try {
        failures.push(...(await applyOrFail(group, (await read([key], true)).get(keyText(table, key)))));
      } catch (error) {
        failures.push(...failAll(group.ids, tableError(tableName, error)));
      }
    }
    return failures;
  }

  /** Reads the items of groups. If DynamoDB rejects the keys of one, the groups are read one by one, and that one fails. */
  async function readChunk(
    groups: readonly Group<Value>[],
    failures: ItemFailure[],
  ): Promise<Found<Value>[]> {
    try {
      const found = await read(
        groups.map(({ key }) => key),
        false,
      );
      return groups.map((group) => ({ group, item: found.get(keyText(table, group.key)) }));
    } catch (error) {
      if (isRefusal(error) && groups.length > 1) {
        return (
          await mapLimited(groups, MAX_CONCURRENT_READS, (group) => readChunk([group], failures))
        ).flat();
      }
      failures.push(...groups.flatMap(({ ids }) => failAll(ids, tableError(tableName, error))));
      return [];
    }
  }

  return {
    write: async (items) => {
      const failures: ItemFailure[] = [];
      const { keysOf } = fold;
      const groups = groupByKey(items, { table, tableName, keysOf }, failures);
      const chunks = chunk(groups, MAX_KEYS_PER_CALL);
      const found = await mapLimited(chunks, MAX_CONCURRENT_READS, (some) => readChunk(some, failures));
      const written = await mapLimited(found.flat(), MAX_CONCURRENT_WRITES, ({ group, item }) =>
        applyOrFail(group, item),
      );
      return oneEach([...failures, ...written.flat()]);
    },
  };
}
