import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { chunk, mapLimited } from "@rainhooks/core/collections";
import type { RetryPolicy } from "@rainhooks/core/retry";
import { batchWrite, MAX_WRITES_PER_CALL } from "@rainhooks/dynamodb/batch-write";
import { isRefusal, tableError, throttledError } from "@rainhooks/dynamodb/errors";
import { type Attributes, keyText, type TableTarget } from "@rainhooks/dynamodb/key";
import { failAll, type ItemFailure, oneEach, type Sink } from "../sink.ts";
import { groupByKey, type ItemGroup } from "./item-groups.ts";
import { isTimeUp, smallestFirst, whileTime } from "./parts-in-time.ts";

const MAX_CONCURRENT_CALLS = 8;

/** A put, and the ids of the sink items that it comes from. */
type Put = Pick<ItemGroup<unknown>, "item" | "ids">;

/**
 * Makes a sink that writes items with unconditional puts, 25 per call. It is for tables whose items
 * always have the same content for the same key, so that writing an item again changes nothing.
 *
 * UnprocessedItems are retried with backoff; values that are still unprocessed then fail with
 * `throttled`. A put that exceeds a limit of DynamoDB fails alone, without being sent. If DynamoDB
 * rejects a call, its puts are sent one by one. Puts of values with few puts are sent first; values
 * for which no time is left fail with `not-attempted`.
 *
 * @param options `toPuts` converts a value to any number of puts; of several puts with the same key
 * the last one is sent.
 *
 * @example
 * ```ts
 * import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
 * import { batchPutSink } from "@rainhooks/webhook/sinks";
 *
 * const sink = batchPutSink<{ readonly node: string; readonly atMs: number }>({
 *   client: new DynamoDBClient({}),
 *   tableName: "rainhooks-dev-alerts",
 *   table: {
 *     name: "alerts",
 *     partitionKey: { name: "node", type: "S" },
 *     sortKey: { name: "atMs", type: "N" },
 *   },
 *   toPuts: ({ node, atMs }) => [{ node: { S: node }, atMs: { N: String(atMs) } }],
 * });
 * const value = { node: "kitchen", atMs: 1_732_435_200_000 };
 * console.log(await sink.write([{ id: "1", value }])); // []
 * ```
 */
export function batchPutSink<Value>(
  options: TableTarget & {
    readonly client: DynamoDBClient;
    readonly toPuts: (value: Value) => readonly Attributes[];
    readonly retry?: RetryPolicy;
  },
): Sink<Value> {
  const { table, tableName, toPuts } = options;

  async function writeChunk(puts: readonly Put[]): Promise<ItemFailure[]> {
    try {
      const requests = puts.map(({ item }) => ({ PutRequest: { Item: item } }));
      const unprocessed = await batchWrite(requests, options);
      const keys = new Set(
        unprocessed.map(({ PutRequest }) => keyText(table, PutRequest?.Item ?? {})),
      );
      const error = throttledError(tableName, "the item was not written.");
      return puts.flatMap(({ item, ids }) =>
        keys.has(keyText(table, item)) ? failAll(ids, error) : [],
      );
    } catch (error) {
      if (isRefusal(error) && puts.length > 1) {
        return (await mapLimited(puts, MAX_CONCURRENT_CALLS, (put) => writeChunk([put]))).flat();
      }
      return puts.flatMap(({ ids }) => failAll(ids, tableError(tableName, error)));
    }
  }

  return {
    write: async (items, context) => {
      const timeIsUp = isTimeUp(context);
      const failures: ItemFailure[] = [];
      const puts = groupByKey(items, { table, tableName, itemsOf: toPuts }, failures);
      const calls = chunk(smallestFirst(puts), MAX_WRITES_PER_CALL).map((some) => ({
        ids: new Set(some.flatMap(({ ids }) => [...ids])),
        puts: some,
      }));
      const write = (call: { readonly puts: readonly Put[] }) => writeChunk(call.puts);
      const written = await whileTime(calls, MAX_CONCURRENT_CALLS, timeIsUp, write);
      return oneEach([...failures, ...written]);
    },
  };
}
