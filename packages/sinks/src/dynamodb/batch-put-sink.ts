import { BatchWriteItemCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  chunk,
  DEFAULT_RETRY,
  mapLimited,
  RainhooksError,
  type RetryPolicy,
  retryLeftovers,
} from "@rainhooks/core";
import { encodeItem } from "../encode.ts";
import { failAll, type Item, type ItemFailure, oneEach, type Sink } from "../sink.ts";
import { isRefusal, tableError } from "./errors.ts";
import { type Attributes, keyText, type TableTarget } from "./key.ts";
import { refusalOf } from "./limits.ts";

/** Most puts that one BatchWriteItem takes. */
const PUTS_PER_CALL = 25;
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
  const { client, table, tableName, toPuts, retry = DEFAULT_RETRY } = options;

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

  async function send(puts: readonly Put[]): Promise<Put[]> {
    const answer = await client.send(
      new BatchWriteItemCommand({
        RequestItems: { [tableName]: puts.map(({ put }) => ({ PutRequest: { Item: put } })) },
      }),
    );
    const unprocessed = new Set(
      (answer.UnprocessedItems?.[tableName] ?? []).map(({ PutRequest }) =>
        keyText(table, PutRequest?.Item ?? {}),
      ),
    );
    return puts.filter(({ put }) => unprocessed.has(keyText(table, put)));
  }

  async function writeChunk(puts: readonly Put[]): Promise<ItemFailure[]> {
    try {
      const left = await retryLeftovers(puts, send, retry);
      const error = new RainhooksError("sink-unavailable", `Table ${tableName} left puts unprocessed.`);
      return left.flatMap(({ ids }) => failAll(ids, error));
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
      const written = await mapLimited(chunk(puts, PUTS_PER_CALL), CALLS_AT_ONCE, writeChunk);
      return oneEach([...failures, ...written.flat()]);
    },
  };
}
