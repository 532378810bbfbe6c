import { type DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { mapLimited } from "@rainhooks/core/collections";
import { messageOf, RainhooksError } from "@rainhooks/core/errors";
import { DEFAULT_RETRY, type RetryPolicy } from "@rainhooks/core/retry";
import { batchGet } from "@rainhooks/dynamodb/batch-get";
import { isConditionTrue } from "@rainhooks/dynamodb/condition";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { batchPutSink } from "@rainhooks/sinks/dynamodb/batch-put-sink";
import { notesOf } from "@rainhooks/sinks/observed-sink";
import { failAll, type Item, type ItemFailure, oneEach, type Sink } from "@rainhooks/sinks/sink";
import type { TimeSeriesExtension } from "./extension.ts";
import { kindOf, type ValueKind } from "./kind.ts";
import { type ExtensionAttributes, kindsOf, putsOf, type TimeSeriesEvent } from "./puts.ts";
import { canHaveRollups, comesLate, dayOf, rollupKey } from "./rollup-item.ts";
import { SeriesCache } from "./series-cache.ts";
import { LIST_AGAIN_MS } from "./series-keys.ts";
import { timeSeriesTable } from "./time-series-tables.ts";

export type { TimeSeriesEvent } from "./puts.ts";

/** Options of the time-series sink. */
export interface TimeSeriesSinkOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly rollupsTableName: string;
  readonly nowMs: () => number;
  /**
   * Days after a point's time until it expires, if its node sends no `d`; 0 keeps points forever.
   */
  readonly retentionDays: number;
  /** @defaultValue none */
  readonly extensions?: readonly TimeSeriesExtension[];
  readonly retry?: RetryPolicy;
}

/**
 * Creates a sink that writes the points of `node_ts_data` events, those of one series and hour in
 * one item. If an event has unreadable readings, its valid ones are written, and then the event
 * fails permanently with `points-rejected`, so that it can be examined.
 */
export function timeSeriesSink(options: TimeSeriesSinkOptions): Sink<TimeSeriesEvent> {
  const { retentionDays, extensions = [] } = options;
  let listed = new SeriesCache();
  let listAgainMs = options.nowMs() + LIST_AGAIN_MS;
  let extra: readonly ExtensionAttributes[] = [];
  const puts = batchPutSink<TimeSeriesEvent>({
    ...options,
    table: timeSeriesTable,
    toPuts: (event) => {
      const { data, replay } = event;
      return putsOf(event, retentionDays, {
        // A replay may fill a table whose items are gone.
        isListed: (series, kind) =>
          replay === undefined && listed.has(nameOf(data.nodeId, series, kind)),
        extra,
      });
    },
  });

  return {
    write: async (items, context) => {
      if (options.nowMs() >= listAgainMs) {
        listed = new SeriesCache();
        listAgainMs = options.nowMs() + LIST_AGAIN_MS;
      }
      extra = await notesOf(extensions, items, extra);
      const failures = oneEach([
        ...(await puts.write(items, context)),
        ...(await dropLate(items, options)),
      ]);
      const failed = new Set(failures.map(({ id }) => id));
      const stored = items.filter(({ id }) => !failed.has(id));
      remember(listed, stored);
      return [...failures, ...stored.flatMap(rejection)];
    },
  };
}

/**
 * Deletes the rollups of days with late points. If that fails, the events of these points are
 * retried.
 */
async function dropLate(
  items: readonly Item<TimeSeriesEvent>[],
  { client, rollupsTableName, retry, nowMs }: TimeSeriesSinkOptions,
): Promise<ItemFailure[]> {
  const now = nowMs();
  const keys = new Map<string, Attributes>();
  const late = new Set<string>();
  for (const { id, value } of items) {
    for (const { name, records } of value.data.series) {
      for (const { atMs, dataType } of records) {
        const part = { nodeId: value.data.nodeId, name, kind: kindOf(dataType) };
        if (!comesLate(atMs, now) || !canHaveRollups(part)) continue;
        late.add(id);
        const key = rollupKey(part, dayOf(atMs));
        keys.set(JSON.stringify(key), key);
      }
    }
  }
  try {
    await dropRollups(client, rollupsTableName, [...keys.values()], retry);
    return [];
  } catch (error) {
    const message = `Table ${rollupsTableName}: rollups that late points made wrong could not be deleted: ${messageOf(error)}`;
    return failAll(late, new RainhooksError("sink-unavailable", message, { cause: error }));
  }
}

function nameOf(nodeId: string, series: string, kind: ValueKind): string {
  return JSON.stringify([nodeId, series, kind]);
}

function remember(listed: SeriesCache, items: readonly Item<TimeSeriesEvent>[]): void {
  for (const { value } of items) {
    for (const series of value.data.series) {
      for (const kind of kindsOf(series)) listed.add(nameOf(value.data.nodeId, series.name, kind));
    }
  }
}

function rejection({ id, value }: Item<TimeSeriesEvent>): ItemFailure[] {
  const [first] = value.data.rejected;
  if (first === undefined) return [];
  const message = `${value.data.rejected.length} readings of node ${value.data.nodeId} cannot be read, the first at ${first.path}: ${first.reason}`;
  return [{ id, error: new RainhooksError("points-rejected", message, { permanent: true }) }];
}

const WRITES_AT_ONCE = 16;

/**
 * Deletes the rollups of days with late points, and invalidates the claims of rollups that are
 * being made. `keys` are the keys of these days without duplicates; the points must be written
 * before. A day without a rollup costs one read.
 */
async function dropRollups(
  client: DynamoDBClient,
  tableName: string,
  keys: readonly Attributes[],
  retry: RetryPolicy = DEFAULT_RETRY,
): Promise<void> {
  const present = await batchGet(keys, {
    client,
    tableName,
    retry,
    consistent: true,
    attributes: ["series", "day"],
  });
  await mapLimited(present, WRITES_AT_ONCE, (key) => drop(client, tableName, key));
}

function drop(client: DynamoDBClient, tableName: string, key: Attributes): Promise<boolean> {
  return isConditionTrue(
    client.send(
      new UpdateItemCommand({
        TableName: tableName,
        Key: key,
        UpdateExpression: "ADD generation :one REMOVE content, expiresAtS",
        ConditionExpression: "attribute_exists(generation)",
        ExpressionAttributeValues: { ":one": { N: "1" } },
      }),
    ),
  );
}
