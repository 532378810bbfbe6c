import { decode } from "@rainhooks/core/decode/decode";
import { MINUTE_MS } from "@rainhooks/core/durations";
import type { RainmakerEvent } from "@rainhooks/core/event";
import { startTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { UnitMeter } from "@rainhooks/embedded-dynamodb/units/unit-meter";
import { nodeStatusSink } from "@rainhooks/node-status/node-status-sink";
import { nodeStatusTable, nodeTimelineTable } from "@rainhooks/node-status/node-status-tables";
import { gate } from "@rainhooks/testing/gate";
import { deliveryOf } from "@rainhooks/testing/samples";
import { timeSeriesTable } from "@rainhooks/time-series/time-series-tables";
import { readRule } from "../rule/read-rule.ts";
import { changeWatchRule } from "../rules/rule-store.ts";
import { alarmsInNodeStatus } from "../stores/in-node-status.ts";
import { SweepMemory } from "../sweep/memory.ts";
import { runSweep } from "../sweep/run-sweep.ts";
import { alarmsTable, watchedNodeTable, watchedSeriesTable, watchRulesTable } from "../watch-tables.ts";

const TABLES = [watchedNodeTable, nodeTimelineTable, watchedSeriesTable, watchRulesTable, alarmsTable];
const START_MS = Date.UTC(2026, 0);
const HOUR_MS = 60 * MINUTE_MS;
const BATCH = 100;
/** Delay from RainMaker's event to SNS. */
const TO_SNS_MS = 120;

/** A drop of a node, and its return, minutes from the start. */
export interface Drop {
  readonly node: number;
  readonly fromMin: number;
  readonly toMin: number;
}

/** What to play. */
export interface Play {
  readonly nodes: number;
  readonly minutes: number;
  readonly drops: readonly Drop[];
  /** False: there are no rules, and no sweeps. */
  readonly watched: boolean;
}

/** What a play has consumed. */
export interface Played {
  /** Of the function that writes node status, with its indexes. */
  readonly statusWrites: number;
  readonly sweepReads: number;
  /** With those of indexes. */
  readonly sweepWrites: number;
  readonly alarms: number;
  readonly events: number;
}

/** Plays minutes of a stage with one rule: nodes that are offline for ten minutes. */
export async function play({ nodes, minutes, drops, watched }: Play): Promise<Played> {
  const embedded = await startTables();
  const { client } = embedded;
  for (const table of TABLES) await embedded.create(table);
  const meter = new UnitMeter(client, TABLES);
  let nowMs = START_MS;
  const rules = { client, tableName: watchRulesTable.name };
  const resources = { watchRules: watchRulesTable.name, alarms: alarmsTable.name };
  const tables = { client, tableName: nodeStatusTable.name, timelineTableName: nodeTimelineTable.name };
  const sink = nodeStatusSink({
    ...tables,
    timelineDays: 90,
    seenIntervalMs: HOUR_MS,
    extensions: watched ? [alarmsInNodeStatus({ client, resources, nowMs: () => nowMs })] : [],
  });
  const rule = readRule('{"name":"offline-10m","kind":"offline","for":"10m"}');
  if (watched) await changeWatchRule(rules, rule.name, { status: "in-force", rule }, START_MS);
  const memory = new SweepMemory();
  const counts = { statusWrites: 0, sweepReads: 0, sweepWrites: 0, alarms: 0, events: 0 };
  const write = async (events: readonly RainmakerEvent[]) => {
    for (let from = 0; from < events.length; from += BATCH) {
      const items = events.slice(from, from + BATCH).map((value, index) => ({ id: String(index), value }));
      const { result, writes } = await meter.measure(() => sink.write(items));
      gate(result.length === 0, "node status is written");
      counts.statusWrites += writes;
    }
  };
  await write(Array.from({ length: nodes }, (_, node) => changeOf("online", node, START_MS)));
  counts.statusWrites = 0;
  for (let minute = 1; minute <= minutes; minute += 1) {
    nowMs = START_MS + minute * MINUTE_MS;
    await write(eventsIn(drops, minute));
    if (!watched) continue;
    const { result, reads, writes } = await meter.measure(() =>
      runSweep({
        rules,
        alarms: { client, tableName: alarmsTable.name },
        nodes: tables,
        series: { client, tableName: timeSeriesTable.name },
        send: async (events) => {
          for (const { notice, alarms } of events) if (notice === "raised") counts.alarms += alarms.length;
        },
        nowMs,
        memory,
      }),
    );
    counts.sweepReads += reads;
    counts.sweepWrites += writes;
    counts.events += result.sent;
  }
  await embedded.stop();
  return counts;
}

function eventsIn(drops: readonly Drop[], minute: number): RainmakerEvent[] {
  return drops.flatMap(({ node, fromMin, toMin }) => {
    const offsetMs = (node * 997) % MINUTE_MS;
    const atMs = START_MS + (minute - 1) * MINUTE_MS + offsetMs;
    return [
      ...(fromMin === minute ? [changeOf("offline", node, atMs)] : []),
      ...(toMin === minute ? [changeOf("online", node, atMs)] : []),
    ];
  });
}

function changeOf(state: "online" | "offline", node: number, timestamp: number): RainmakerEvent {
  const event_type = `rmaker.event.node_${state === "online" ? "connected" : "disconnected"}`;
  const event_data = { node_id: `node-${String(node).padStart(8, "0")}` };
  const delivery = deliveryOf({ event_type, timestamp, event_data }, { sentAtMs: timestamp + TO_SNS_MS });
  const decoded = decode(delivery);
  gate(decoded.kind === "event", "a change is an event");
  return decoded.event;
}
