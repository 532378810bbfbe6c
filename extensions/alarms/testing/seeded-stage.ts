import { decode } from "@rainhooks/core/decode/decode";
import type { RainmakerEvent } from "@rainhooks/core/event";
import type { TableDescription } from "@rainhooks/dynamodb/table-description";
import type { TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { takeSample } from "@rainhooks/node-status/fleet/take-sample";
import { nodeStatusSink } from "@rainhooks/node-status/node-status-sink";
import {
  fleetSamplesTable,
  nodeStatusTable,
  nodeTimelineTable,
} from "@rainhooks/node-status/node-status-tables";
import type { AskedStage } from "@rainhooks/stage/query/ask";
import { storesOf } from "@rainhooks/stage/query/stores";
import { deliveryOf } from "@rainhooks/testing/samples";
import type { TimeSeriesEvent } from "@rainhooks/time-series/puts";
import { timeSeriesSink } from "@rainhooks/time-series/time-series-sink";
import { timeSeriesRollupsTable, timeSeriesTable } from "@rainhooks/time-series/time-series-tables";
import { alarmIdOf } from "../episode.ts";
import { readRule } from "../rule/read-rule.ts";
import { changeWatchRule } from "../rules/rule-store.ts";
import { runSweep } from "../sweep/run-sweep.ts";
import { alarmsTable, watchedNodeTable, watchedSeriesTable, watchRulesTable } from "../watch-tables.ts";

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
  watchedNodeTable,
  nodeTimelineTable,
  fleetSamplesTable,
  watchedSeriesTable,
  timeSeriesRollupsTable,
  watchRulesTable,
  alarmsTable,
];
/** Samples of a seeded stage: one every five minutes of the last hour, up to the current time. */
export const SEED_SAMPLES = 12;

/**
 * Makes and fills the tables of a stage through the production sinks.
 *
 * @param mark Part of every stored text and of no id. It is the only difference between the data of two
 * stages.
 * @returns The stage, ready to be queried.
 */
export async function seedStage(tables: TestTables, stage: string, mark: string): Promise<AskedStage> {
  const nameOf = (table: TableDescription) => `${stage}-${table.name}`;
  for (const table of TABLES) await tables.create({ ...table, name: nameOf(table) });
  const { client } = tables;
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
  await seedAlarms(client, nameOf, mark);
  return {
    stage,
    stores: storesOf(
      client,
      {
        nodeStatus: nameOf(nodeStatusTable),
        nodeTimeline: nameOf(nodeTimelineTable),
        fleetSamples: nameOf(fleetSamplesTable),
        timeSeries: nameOf(timeSeriesTable),
        rollups: nameOf(timeSeriesRollupsTable),
        alarms: nameOf(alarmsTable),
        watchRules: nameOf(watchRulesTable),
      },
      { keepsRollups: true },
    ),
    nowMs: () => SEED_NOW_MS,
  };
}

/** Id of an alarm of a seeded stage: the one of node `n1`, which is offline. */
export const SEED_ALARM = alarmIdOf({
  rule: "offline",
  version: 1,
  nodeId: "n1",
  startMs: SEED_NOW_MS - 3 * HOUR_MS,
});

/** Lets a rule find the nodes that are offline. */
async function seedAlarms(
  client: TestTables["client"],
  nameOf: (table: TableDescription) => string,
  description: string,
): Promise<void> {
  const rules = { client, tableName: nameOf(watchRulesTable) };
  const rule = readRule(JSON.stringify({ name: "offline", kind: "offline", for: "10m", description }));
  await changeWatchRule(rules, rule.name, { status: "in-force", rule }, 0);
  await runSweep({
    rules,
    alarms: { client, tableName: nameOf(alarmsTable) },
    nodes: { client, tableName: nameOf(nodeStatusTable), timelineTableName: nameOf(nodeTimelineTable) },
    series: { client, tableName: nameOf(timeSeriesTable) },
    nowMs: SEED_NOW_MS,
    send: async () => undefined,
  });
}

function nodeEvents(mark: string): RainmakerEvent[] {
  return Array.from({ length: SEED_NODES }, (_, index) => {
    const node_id = `n${index}`;
    const atMs = SEED_NOW_MS - (index + 2) * HOUR_MS;
    const type = ["node_connected", "node_disconnected"][index % 3];
    return [
      event("node_config_changed", atMs - 1, { node_id, config: { info: { name: mark, fw_version: mark } } }),
      event("alert", atMs - 1, { node_id, message_body: mark }),
      ...(index === 0 ? moreAlerts(mark) : []),
      ...(type === undefined ? [] : [event(type, atMs, { node_id })]),
    ];
  }).flat();
}

/** Alerts of node `n0`, enough for several pages. */
function moreAlerts(mark: string): RainmakerEvent[] {
  return Array.from({ length: 5 }, (_, index) =>
    event("alert", SEED_NOW_MS - (index + 3) * HOUR_MS, { node_id: "n0", message_body: `${mark} ${index}` }),
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
    { name: SEED_SERIES.truth, dt: "bool", records: records(10, DAY_MS, (index) => index % 2 === 0) },
  ];
  return [event("node_ts_data", SEED_NOW_MS, { node_id: "n0", ts_data })];
}

function event(type: string, timestamp: number, event_data: object): RainmakerEvent {
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
  if (failures.length > 0) throw new Error(`The seed was not written: ${JSON.stringify(failures[0])}`);
}
