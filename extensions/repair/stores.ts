import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SECOND_MS } from "@rainhooks/core/durations";
import type { RainmakerEvent } from "@rainhooks/core/event";
import { TRIAL_NODE } from "@rainhooks/core/trial";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { nodeStatusSink } from "@rainhooks/node-status/node-status-sink";
import { nodeStatusTable, nodeTimelineTable } from "@rainhooks/node-status/node-status-tables";
import type { Sink } from "@rainhooks/sinks/sink";
import type { Store } from "@rainhooks/stage/tables/store-names";
import type { TimeSeriesEvent } from "@rainhooks/time-series/puts";
import { decodeSeriesListItem, seriesKey, seriesListKey } from "@rainhooks/time-series/series-keys";
import { timeSeriesSink } from "@rainhooks/time-series/time-series-sink";
import { timeSeriesTable } from "@rainhooks/time-series/time-series-tables";
import { NODE_FIELDS } from "../node-fields.ts";
import type { Fact, FactModel } from "./facts/fact-model.ts";
import { nodeStatusFacts } from "./facts/node-status-facts.ts";
import { timeSeriesFacts } from "./facts/time-series-facts.ts";

/** Returns a setting of the webhook of a store, by its name. */
export type SettingOf = (name: string) => number;

/** The tables of each store that have its facts. Rollups follow from the points. */
export const COMPARED_TABLES: Readonly<Record<Store, readonly string[]>> = {
  "node-status": [nodeStatusTable.name, nodeTimelineTable.name],
  "time-series": [timeSeriesTable.name],
};

/**
 * Reads the items of a node in the tables with the facts of a store.
 *
 * @param query Returns the items of a table with a partition key.
 */
export async function* itemsOfNode(
  store: Store,
  nodeId: string,
  query: (table: string, name: string, key: string) => AsyncIterable<Attributes>,
): AsyncGenerator<readonly [table: string, item: Attributes]> {
  if (store === "node-status") {
    for (const { name, partitionKey } of [nodeStatusTable, nodeTimelineTable])
      for await (const item of query(name, partitionKey.name, nodeId)) yield [name, item];
    return;
  }
  const { name, partitionKey } = timeSeriesTable;
  const series = new Set<string>();
  for await (const item of query(name, partitionKey.name, seriesListKey(nodeId))) {
    series.add(decodeSeriesListItem(item).name);
    yield [name, item];
  }
  for (const one of series)
    for await (const item of query(name, partitionKey.name, seriesKey(nodeId, one)))
      yield [name, item];
}

/** Names of the settings on which the facts of a store depend. */
const SETTINGS: Readonly<Record<Store, readonly string[]>> = {
  "node-status": ["timelineDays", "seenIntervalS"],
  "time-series": ["retentionDays"],
};

/** Returns the settings on which the facts of a store depend. */
export function storeSettings(store: Store, settingOf: SettingOf): Record<string, number> {
  return Object.fromEntries(SETTINGS[store].map((name) => [name, settingOf(name)]));
}

/**
 * Returns how the facts of a store follow from events and items. The node of trials has none: its
 * items and lines are taken out when a trial ends, not at one moment.
 */
export function modelOfStore(store: Store, settingOf: SettingOf): FactModel {
  const model = wholeModel(store, settingOf);
  const withoutTrials = (facts: readonly Fact[]) =>
    facts.filter(({ nodeId }) => nodeId !== TRIAL_NODE);
  return {
    ...model,
    factsOf: (event) => withoutTrials(model.factsOf(event)),
    factsIn: (table, item) => withoutTrials(model.factsIn(table, item)),
  };
}

function wholeModel(store: Store, settingOf: SettingOf): FactModel {
  if (store === "time-series") return timeSeriesFacts(settingOf("retentionDays"));
  return nodeStatusFacts({
    timelineDays: settingOf("timelineDays"),
    seenIntervalMs: settingOf("seenIntervalS") * SECOND_MS,
    own: NODE_FIELDS,
  });
}

/** The tables of a slot. */
export interface SlotAccess {
  /** A client that does not follow slots. */
  readonly client: DynamoDBClient;
  /** Returns the deployed name of a table in the slot. */
  readonly nameOf: (table: string) => string;
}

/**
 * Makes the sink with which the function of a store writes to a slot, without what extensions note:
 * the live rows have it.
 */
export function sinkOfStore(
  store: Store,
  { client, nameOf }: SlotAccess,
  settingOf: SettingOf,
): Sink<RainmakerEvent> {
  if (store === "node-status")
    return nodeStatusSink({
      client,
      tableName: nameOf("node-status"),
      timelineTableName: nameOf("node-timeline"),
      timelineDays: settingOf("timelineDays"),
      seenIntervalMs: settingOf("seenIntervalS") * SECOND_MS,
      extensions: [{ fields: NODE_FIELDS }],
    });
  const sink = timeSeriesSink({
    client,
    tableName: nameOf("time-series"),
    rollupsTableName: nameOf("time-series-rollups"),
    nowMs: Date.now,
    retentionDays: settingOf("retentionDays"),
  });
  return {
    write: (items, context) =>
      sink.write(
        items.flatMap(({ id, value }) => (isSeries(value) ? [{ id, value }] : [])),
        context,
      ),
  };
}

function isSeries(event: { readonly type: string }): event is TimeSeriesEvent {
  return event.type === "rmaker.event.node_ts_data";
}
