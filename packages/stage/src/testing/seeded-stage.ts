import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { decode } from "@rainhooks/core/decode/decode";
import type { RainmakerEvent } from "@rainhooks/core/event";
import { mergeTables, type TableDescription } from "@rainhooks/dynamodb/table-description";
import { takeSample } from "@rainhooks/node-status/fleet/take-sample";
import { nodeStatusSink } from "@rainhooks/node-status/node-status-sink";
import {
  fleetSamplesTable,
  nodeStatusTable,
  nodeTimelineTable,
} from "@rainhooks/node-status/node-status-tables";
import { deliveryOf } from "@rainhooks/testing/samples";
import type { TimeSeriesEvent } from "@rainhooks/time-series/puts";
import { timeSeriesSink } from "@rainhooks/time-series/time-series-sink";
import { timeSeriesRollupsTable, timeSeriesTable } from "@rainhooks/time-series/time-series-tables";
import type { QueryStage } from "../query/ask.ts";
import { storesOf } from "../query/stores.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const SAMPLE_EVERY_MS = 5 * 60_000;

/** The current time of seeded stages, epoch milliseconds. */
export const SEED_NOW_MS = Date.UTC(2026, 10, 24, 12);
/** Nodes of a seeded stage: `n0`, `n1` and so on; every third node has only a config. */
export const SEED_NODES = 60;
/** Series of node `n0`: a number each hour for ten days, and a string and a boolean each day. */
export const SEED_SERIES = { number: "Room.Temperature", text: "Room.Mode", truth: "Room.On" };

const TABLES = [
  nodeStatusTable,
  nodeTimelineTable,
  fleetSamplesTable,
  timeSeriesTable,
  timeSeriesRollupsTable,
];
/** Samples of a seeded stage: one every five minutes of the last hour, up to the current time. */
export const SEED_SAMPLES = 12;

/** Tables of a test. */
export interface SeedTables {
  readonly client: DynamoDBClient;
  create(table: TableDescription): Promise<unknown>;
}

/** What an extension adds to a seeded stage. */
export interface StageSeed {
  /** Its tables, and those of the platform as it needs them. */
  readonly tables: readonly TableDescription[];
  /** Values of parameters for which it has data. */
  readonly known: Readonly<Record<string, string>>;
  /** Fills its tables, when those of the platform are full. */
  fill(
    client: DynamoDBClient,
    nameOf: (table: TableDescription) => string,
    mark: string,
  ): Promise<void>;
}

/**
 * Makes and fills the tables of a stage through the production sinks.
 *
 * @param mark Part of every stored text and of no id. It is the only difference between the data of
 * two stages.
 * @param seeds What extensions add. @defaultValue nothing
 * @returns The stage, ready to be queried.
 */
export async function seedStage(
  tables: SeedTables,
  stage: string,
  mark: string,
  seeds: readonly StageSeed[] = [],
): Promise<QueryStage> {
  const nameOf = (table: Pick<TableDescription, "name">) => `${stage}-${table.name}`;
  const all = [...TABLES, ...seeds.flatMap((seed) => seed.tables)];
  for (const table of mergeTables(all)) await tables.create({ ...table, name: nameOf(table) });
  const { client } = tables;
  await fillStores(client, nameOf, mark);
  for (const seed of seeds) await seed.fill(client, nameOf, mark);
  return {
    stage,
    stores: storesOf(client, (name) => nameOf({ name }), { keepsRollups: true }),
    nowMs: () => SEED_NOW_MS,
  };
}

async function fillStores(
  client: DynamoDBClient,
  nameOf: (table: TableDescription) => string,
  mark: string,
): Promise<void> {
  const nodes = nodeStatusSink({
    client,
    tableName: nameOf(nodeStatusTable),
    timelineTableName: nameOf(nodeTimelineTable),
    timelineDays: 90,
    seenIntervalMs: HOUR_MS,
  });
  await writeAll((items) => nodes.write(items), nodeEvents(mark));
  const points = timeSeriesSink({
    client,
    tableName: nameOf(timeSeriesTable),
    rollupsTableName: nameOf(timeSeriesRollupsTable),
    nowMs: () => SEED_NOW_MS,
    retentionDays: 0,
  });
  await writeAll((items) => points.write(items), seriesEvents(mark).filter(isTimeSeries));
  for (let index = SEED_SAMPLES - 1; index >= 0; index -= 1) {
    await takeSample({
      client,
      tableName: nameOf(nodeStatusTable),
      samplesTableName: nameOf(fleetSamplesTable),
      nowMs: SEED_NOW_MS - index * SAMPLE_EVERY_MS - 1,
    });
  }
}

function nodeEvents(mark: string): RainmakerEvent[] {
  return Array.from({ length: SEED_NODES }, (_, index) => {
    const node_id = `n${index}`;
    const atMs = SEED_NOW_MS - (index + 2) * HOUR_MS;
    const type = ["node_connected", "node_disconnected"][index % 3];
    return [
      eventOf("node_config_changed", atMs - 1, {
        node_id,
        config: { info: { name: mark, fw_version: mark } },
      }),
      eventOf("alert", atMs - 1, { node_id, message_body: mark }),
      ...(index === 0 ? moreAlerts(mark) : []),
      ...(type === undefined ? [] : [eventOf(type, atMs, { node_id })]),
    ];
  }).flat();
}

/** Alerts of node `n0`, enough for several pages. */
function moreAlerts(mark: string): RainmakerEvent[] {
  return Array.from({ length: 5 }, (_, index) =>
    eventOf("alert", SEED_NOW_MS - (index + 3) * HOUR_MS, {
      node_id: "n0",
      message_body: `${mark} ${index}`,
    }),
  );
}

function seriesEvents(mark: string): RainmakerEvent[] {
  const firstMs = SEED_NOW_MS - 10 * DAY_MS;
  const records = (count: number, everyMs: number, valueAt: (index: number) => unknown) =>
    Array.from({ length: count }, (_, index) => ({
      t: (firstMs + index * everyMs) / 1000,
      v: valueAt(index),
    }));
  const ts_data = [
    { name: SEED_SERIES.number, dt: "float", records: records(240, HOUR_MS, (index) => index / 2) },
    { name: SEED_SERIES.text, dt: "string", records: records(10, DAY_MS, () => mark) },
    {
      name: SEED_SERIES.truth,
      dt: "bool",
      records: records(10, DAY_MS, (index) => index % 2 === 0),
    },
  ];
  return [eventOf("node_ts_data", SEED_NOW_MS, { node_id: "n0", ts_data })];
}

/** Returns an event as it is decoded. */
export function eventOf(type: string, timestamp: number, event_data: object): RainmakerEvent {
  const body = { event_type: `rmaker.event.${type}`, timestamp, event_data };
  const decoded = decode(deliveryOf(body, { sentAtMs: timestamp }));
  if (decoded.kind === "event") return decoded.event;
  throw new Error(`The seed ${type} is not an event: ${JSON.stringify(decoded)}`);
}

function isTimeSeries(event: RainmakerEvent): event is TimeSeriesEvent {
  return event.type === "rmaker.event.node_ts_data";
}

async function writeAll<Event extends RainmakerEvent>(
  write: (items: readonly { id: string; value: Event }[]) => Promise<readonly unknown[]>,
  events: readonly Event[],
): Promise<void> {
  const failures = await write(events.map((value, index) => ({ id: String(index), value })));
  if (failures.length > 0)
    throw new Error(`The seed was not written: ${JSON.stringify(failures[0])}`);
}
