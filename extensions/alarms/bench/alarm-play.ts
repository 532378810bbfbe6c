import { chunk } from "@rainhooks/core/collections";
import { MINUTE_MS } from "@rainhooks/core/durations";
import type { RainmakerEvent } from "@rainhooks/core/event";
import { startTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { UnitMeter } from "@rainhooks/embedded-dynamodb/units/unit-meter";
import { eventOf, PLAYED_TABLES, PlayedStage } from "../testing/played-stage.ts";

const START_MS = Date.UTC(2026, 0);
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
export interface PlayCosts {
  /** Of the function that writes node status, with its indexes. */
  readonly statusWrites: number;
  readonly sweepReads: number;
  /** With those of indexes. */
  readonly sweepWrites: number;
  readonly alarms: number;
  readonly events: number;
}

/** Plays minutes of a stage with one rule: nodes that are offline for ten minutes. */
export async function play({ nodes, minutes, drops, watched }: Play): Promise<PlayCosts> {
  const tables = await startTables();
  const stage = await PlayedStage.start(tables, "units", START_MS);
  const names = PLAYED_TABLES.map((table) => ({ ...table, name: stage.nameOf(table) }));
  const meter = new UnitMeter(tables.client, names);
  if (watched) await stage.addRule({ name: "offline-10m", kind: "offline", for: "10m" });
  const counts = { statusWrites: 0, sweepReads: 0, sweepWrites: 0 };
  const write = async (events: readonly RainmakerEvent[]) => {
    for (const batch of chunk(events, BATCH))
      counts.statusWrites += (await meter.measure(() => stage.write(batch))).writes;
  };
  await write(Array.from({ length: nodes }, (_, node) => changeOf("connected", node, START_MS)));
  counts.statusWrites = 0;
  for (let minute = 1; minute <= minutes; minute += 1) {
    stage.nowMs = START_MS + minute * MINUTE_MS;
    await write(eventsIn(drops, minute));
    if (!watched) continue;
    const { reads, writes } = await meter.measure(() => stage.sweep());
    counts.sweepReads += reads;
    counts.sweepWrites += writes;
  }
  await tables.stop();
  const raised = stage.sent.filter(({ notice }) => notice === "raised");
  return { ...counts, alarms: raised.flatMap(({ alarms }) => alarms).length, events: stage.sent.length };
}

function eventsIn(drops: readonly Drop[], minute: number): RainmakerEvent[] {
  return drops.flatMap(({ node, fromMin, toMin }) => {
    const offsetMs = (node * 997) % MINUTE_MS;
    const atMs = START_MS + (minute - 1) * MINUTE_MS + offsetMs;
    return [
      ...(fromMin === minute ? [changeOf("disconnected", node, atMs)] : []),
      ...(toMin === minute ? [changeOf("connected", node, atMs)] : []),
    ];
  });
}

function changeOf(what: "connected" | "disconnected", node: number, atMs: number): RainmakerEvent {
  const node_id = `node-${String(node).padStart(8, "0")}`;
  return eventOf(`node_${what}`, atMs, { node_id }, atMs + TO_SNS_MS);
}
