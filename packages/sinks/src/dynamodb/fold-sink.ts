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
import { encodeItem, encodingError } from "../encode.ts";
import { failAll, type Item, type ItemFailure, oneEach, type Sink } from "../sink.ts";

const MAX_CONCURRENT_READS = 8;
/** The client has 50 connections. */
const MAX_CONCURRENT_WRITES = 48;
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
  /**
   * Returns what to keep of a state, and the items of another table that have the rest. These are written first, and they can be
   * written more than once, so their keys must follow from their content.
   */
  readonly overflow?: (state: State, key: Attributes) => Overflow<State>;
}

/** What is kept of a state, and the items that have the rest. */
export interface Overflow<State> {
  readonly kept: State;
  readonly items: readonly Attributes[];
}

/** A group, and its item before the write. */
interface Found<Value> {
  readonly group: Group<Value>;
  readonly item: Attributes | undefined;
}

/** The writes of a group. */
interface NextItems {
  /** `undefined`: the item stays as it is. */
  readonly item: Attributes | undefined;
  readonly overflow: readonly Attributes[];
}

const UNCHANGED: NextItems = { item: undefined, overflow: [] };

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
    /** The table for the items of {@link Fold.overflow}. */
    readonly overflow?: TableTarget;
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

  /** Returns the writes of a group: its new item, unless the values do not change it, and the items of the other table. */
  function nextItems(group: Group<Value>, current: Attributes | undefined, version: number): NextItems {
    try {
      const added = fold.stateOf(group.values, group.key);
      const state = current === undefined ? undefined : fold.decode(current);
      const joined = state === undefined ? added : fold.join(state, added);
      if (state !== undefined && fold.equal(state, joined)) return UNCHANGED;
      const { kept, items } = fold.overflow?.(joined, group.key) ?? { kept: joined, items: [] };
      const same = state !== undefined && fold.equal(state, kept);
      return { item: same ? undefined : encode(kept, group.key, version + 1), overflow: items };
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
      const chunks = chunk(groupByKey(items, failures), MAX_KEYS_PER_CALL);
      const found = await mapLimited(chunks, MAX_CONCURRENT_READS, (groups) => readChunk(groups, failures));
      const written = await mapLimited(found.flat(), MAX_CONCURRENT_WRITES, ({ group, item }) =>
        applyOrFail(group, item),
      );
      return oneEach([...failures, ...written.flat()]);
    },
  };
}
