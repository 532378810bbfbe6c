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
  conditionHeld,
  isRefusal,
  keyText,
  MAX_KEYS_PER_CALL,
  refusalOf,
  type TableTarget,
  tableError,
} from "@rainhooks/dynamodb";
import { encodeItem, encodingError } from "../encode.ts";
import { failAll, type Item, type ItemFailure, oneEach, type Sink } from "../sink.ts";

const MAX_CONCURRENT_WRITES = 16;
/** Attribute that counts the writes of an item. A write has the condition that the version has not changed since the read. */
const VERSION = "version";

/** How values are folded into the state of an item. */
export interface Fold<Value, State> {
  /** Returns the keys of the items that a value is folded into. */
  readonly keysOf: (value: Value) => readonly Attributes[];
  /** Returns the state of the values of one key. Order and repetition of the values must not matter. */
  readonly stateOf: (values: readonly Value[], key: Attributes) => State;
  /** Joins two states. It must be commutative, associative and idempotent. */
  readonly join: (a: State, b: State) => State;
  readonly equal: (a: State, b: State) => boolean;
  readonly encode: (state: State, key: Attributes) => Attributes;
  readonly decode: (item: Attributes) => State;
}

interface Group<Value> {
  readonly key: Attributes;
  readonly values: Value[];
  readonly ids: string[];
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
    readonly retry?: RetryPolicy;
  },
): Sink<Value> {
  const { client, table, tableName, fold, retry = DEFAULT_RETRY } = options;

  function groupByKey(items: readonly Item<Value>[], failures: ItemFailure[]): Group<Value>[] {
    const groups = new Map<string, Group<Value>>();
    for (const { id, value } of items) {
      for (const key of keysOf(id, value, failures)) {
        const text = keyText(table, key);
        const group = groups.get(text) ?? { key, values: [], ids: [] };
        group.values.push(value);
        group.ids.push(id);
        groups.set(text, group);
      }
    }
    return [...groups.values()];
  }

  /** Returns the valid keys of a value, and adds a failure for each invalid key. */
  function keysOf(id: string, value: Value, failures: ItemFailure[]): readonly Attributes[] {
    const encoded = encodeItem(id, () => fold.keysOf(value));
    if (!encoded.ok) failures.push(encoded.failure);
    return (encoded.ok ? encoded.output : []).filter((key) => {
      const refusal = refusalOf(tableName, { ...table, indexes: [] }, key);
      if (refusal !== undefined) failures.push({ id, error: refusal });
      return refusal === undefined;
    });
  }

  /*
   * The first read is eventually consistent, at half the price. That is safe: states only grow, so if an old state contains
   * the values, the newest state does too; and a write that is based on an old version fails its condition.
   */
  async function read(keys: readonly Attributes[], consistent: boolean): Promise<Map<string, Attributes>> {
    const items = await batchGet(keys, { client, tableName, retry, consistent });
    return new Map(items.map((item) => [keyText(table, item), item]));
  }

  function encode(state: State, key: Attributes, version: number): Attributes {
    const item = { ...fold.encode(state, key), ...key, [VERSION]: { N: String(version) } };
    const refusal = refusalOf(tableName, table, item);
    if (refusal !== undefined) throw refusal;
    return item;
  }

  function put(Item: Attributes, version: number, isNew: boolean): Promise<boolean> {
    return conditionHeld(
      client.send(
        new PutItemCommand({
          TableName: tableName,
          Item,
          ConditionExpression: isNew ? "attribute_not_exists(#key)" : "#version = :version",
          ExpressionAttributeNames: isNew ? { "#key": table.partitionKey.name } : { "#version": VERSION },
          ...(isNew ? {} : { ExpressionAttributeValues: { ":version": { N: String(version) } } }),
        }),
      ),
    );
  }

  /** Returns the new item of a group; `undefined` if the values do not change it. */
  function nextItem(
    group: Group<Value>,
    current: Attributes | undefined,
    version: number,
  ): Attributes | undefined {
    try {
      const added = fold.stateOf(group.values, group.key);
      const state = current === undefined ? undefined : fold.decode(current);
      const joined = state === undefined ? added : fold.join(state, added);
      return state !== undefined && fold.equal(state, joined)
        ? undefined
        : encode(joined, group.key, version + 1);
    } catch (thrown) {
      throw encodingError(thrown);
    }
  }

  async function apply(group: Group<Value>, found: Attributes | undefined): Promise<void> {
    let current = found;
    for (let attempt = 1; attempt <= retry.attempts; attempt++) {
      const version = Number(current?.[VERSION]?.N ?? 0);
      const item = nextItem(group, current, version);
      if (item === undefined || (await put(item, version, current === undefined))) return;
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

  async function writeChunk(groups: readonly Group<Value>[]): Promise<ItemFailure[]> {
    let found: Map<string, Attributes>;
    try {
      found = await read(
        groups.map(({ key }) => key),
        false,
      );
    } catch (error) {
      if (isRefusal(error) && groups.length > 1) {
        return (await mapLimited(groups, MAX_CONCURRENT_WRITES, (group) => writeChunk([group]))).flat();
      }
      return groups.flatMap(({ ids }) => failAll(ids, tableError(tableName, error)));
    }
    const failures = await mapLimited(groups, MAX_CONCURRENT_WRITES, (group) =>
      applyOrFail(group, found.get(keyText(table, group.key))),
    );
    return failures.flat();
  }

  return {
    write: async (items) => {
      const failures: ItemFailure[] = [];
      for (const groups of chunk(groupByKey(items, failures), MAX_KEYS_PER_CALL))
        failures.push(...(await writeChunk(groups)));
      return oneEach(failures);
    },
  };
}
