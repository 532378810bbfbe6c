import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { chunk, mapLimited, RainhooksError, type RetryPolicy } from "@rainhooks/core";
import {
  type Attributes,
  batchWrite,
  isRefusal,
  keyText,
  MAX_WRITES_PER_CALL,
  refusalOf,
  type TableTarget,
  tableError,
} from "@rainhooks/dynamodb";
import { encodeItem } from "../encode.ts";
import { failAll, type Item, type ItemFailure, oneEach, type Sink } from "../sink.ts";

const CALLS_AT_ONCE = 8;

/** A put and the items that asked for it. */
interface Put {
  readonly put: Attributes;
  readonly ids: Set<string>;
}

/** Puts to make, and items that none can be made of. */
interface Gathered {
  readonly puts: readonly Put[];
  readonly failures: readonly ItemFailure[];
}

/**
 * Puts items without a condition, 25 to a call: for tables in which an item's key says all that it holds, so that
 * writing it again changes nothing. `toPuts` turns one value into any number of puts; equal keys are put once.
 * UnprocessedItems are sent again with backoff, then their values fail with `sink-unavailable`. A put that DynamoDB
 * would refuse fails alone and is not sent; should DynamoDB refuse another, its call is repeated put by put.
 */
export function batchPutSink<Value>(
  options: TableTarget & {
    readonly client: DynamoDBClient;
    readonly toPuts: (value: Value) => readonly Attributes[];
    readonly retry?: RetryPolicy;
  },
): Sink<Value> {
  const { table, tableName, toPuts } = options;

  function gatherPuts(items: readonly Item<Value>[]): Gathered {
    const puts = new Map<string, Put>();
    const failures: ItemFailure[] = [];
    for (const { id, value } of items) {
      const encoded = encodeItem(id, () => toPuts(value));
      if (!encoded.ok) {
        failures.push(encoded.failure);
        continue;
      }
      for (const put of encoded.output) {
        const refusal = refusalOf(tableName, table, put);
        if (refusal !== undefined) {
          failures.push({ id, error: refusal });
          continue;
        }
        const text = keyText(table, put);
        puts.set(text, { put, ids: (puts.get(text)?.ids ?? new Set()).add(id) });
      }
    }
    return { puts: [...puts.values()], failures };
  }

  async function writeChunk(puts: readonly Put[]): Promise<ItemFailure[]> {
    try {
      const requests = puts.map(({ put }) => ({ PutRequest: { Item: put } }));
      const unprocessed = await batchWrite(requests, options);
      const keys = new Set(unprocessed.map(({ PutRequest }) => keyText(table, PutRequest?.Item ?? {})));
      const error = new RainhooksError("sink-unavailable", `Table ${tableName} left puts unprocessed.`);
      return puts.flatMap(({ put, ids }) => (keys.has(keyText(table, put)) ? failAll(ids, error) : []));
    } catch (error) {
      if (isRefusal(error) && puts.length > 1) {
        return (await mapLimited(puts, CALLS_AT_ONCE, (put) => writeChunk([put]))).flat();
      }
      return puts.flatMap(({ ids }) => failAll(ids, tableError(tableName, error)));
    }
  }

  return {
    write: async (items) => {
      const { puts, failures } = gatherPuts(items);
      const written = await mapLimited(chunk(puts, MAX_WRITES_PER_CALL), CALLS_AT_ONCE, writeChunk);
      return oneEach([...failures, ...written.flat()]);
    },
  };
}
