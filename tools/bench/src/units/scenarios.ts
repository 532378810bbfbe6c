import { HOUR_MS } from "@rainhooks/core/durations";
import type { SQSRecord } from "aws-lambda";
import { recordOf, recordOfChange } from "../events.ts";
import { END_MS, fleetMessages, recordOfMessage } from "../rivals/messages.ts";
import { changesOf } from "../rivals/workloads.ts";

/** Events of a fleet whose cost is counted, after earlier events that make the nodes known. */
export interface Scenario {
  readonly name: "chatter" | "steady" | "reconnect";
  readonly warmUp: readonly SQSRecord[];
  readonly counted: readonly SQSRecord[];
}

const NODES = 100;
/** Hours of the chatter. */
const HOURS = 2;
/** Events of each node of the fleet of `steady`. */
const EVENTS_PER_NODE = 15;
/** Disconnects and connects of each node of `reconnect`. */
const TURNS = 4;
const TS_DATA = "rmaker.event.node_ts_data";
const PARAMS = "rmaker.event.node_params_changed";
/** Share of events with readings. */
const STEADY_TS_SHARE = 0.35;

/**
 * Makes the events of three situations. `chatter`: known nodes that stay online, each with an event every ten
 * minutes, three of five with readings. `steady`: the simulated fleet, its readings thinned to a third of all
 * events. `reconnect`: every node disconnects and connects, again and again.
 */
export async function makeScenarios(): Promise<readonly Scenario[]> {
  return [chatter(), await steady(), reconnect()];
}

/** Numbers of readings of successive events: 2.3 on average. */
const READINGS = [1, 1, 4, 1, 5, 1, 3, 1, 3, 3];
const EVENTS_PER_HOUR = 6;
const TURN_MS = HOUR_MS / EVENTS_PER_HOUR;
const TS_OF_FIVE = 3;

function chatter(): Scenario {
  const startMs = END_MS - HOURS * HOUR_MS;
  const events = Array.from({ length: HOURS * EVENTS_PER_HOUR }, (_, turn) =>
    Array.from({ length: NODES }, (_, node) => chatterEvent(startMs + turn * TURN_MS + node, turn, node)),
  ).flat();
  const warmUp = Math.floor(events.length / 4);
  return { name: "chatter", warmUp: events.slice(0, warmUp), counted: events.slice(warmUp) };
}

function chatterEvent(atMs: number, turn: number, node: number): SQSRecord {
  const node_id = `chatter-${node}`;
  if ((turn + node) % 5 >= TS_OF_FIVE)
    return recordOf(PARAMS, atMs, { node_id, payload: JSON.stringify({ Light: { Power: true } }) });
  const count = READINGS[(turn * TURN + node) % READINGS.length] ?? 1;
  const lastS = Math.floor(atMs / 1000);
  const records = Array.from({ length: count }, (_, index) => ({
    t: lastS - (count - index) * 60,
    v: turn + index,
  }));
  const ts_data = [{ name: "Meter.Power", dt: "int", records }];
  return recordOf(TS_DATA, atMs, { node_id, payload: JSON.stringify({ ts_data }) });
}

/** So that a node's events do not all have the same number. */
const TURN = 7;

const STEADY_SEED = 31;

async function steady(): Promise<Scenario> {
  // The rival does not know the few events of several nodes.
  const messages = (await fleetMessages(STEADY_SEED, NODES, NODES * EVENTS_PER_NODE)).filter(({ body }) =>
    body.includes('"node_id"'),
  );
  const series = messages.filter(({ type }) => type === TS_DATA).length;
  const wanted = ((messages.length - series) * STEADY_TS_SHARE) / (1 - STEADY_TS_SHARE);
  let seen = 0;
  const kept = messages.filter(({ type }) => {
    if (type !== TS_DATA) return true;
    seen += 1;
    return Math.floor((seen * wanted) / series) > Math.floor(((seen - 1) * wanted) / series);
  });
  const events = kept.map((message) => recordOfMessage(message));
  const warmUp = Math.floor(events.length / 3);
  return { name: "steady", warmUp: events.slice(0, warmUp), counted: events.slice(warmUp) };
}

function reconnect(): Scenario {
  const eventsOf = (turn: number) =>
    changesOf("reconnect", NODES, turn % 2 === 0 ? "online" : "offline", turn).map(recordOfChange);
  const turns = Array.from({ length: TURNS }, (_, turn) => eventsOf(turn + 1));
  return { name: "reconnect", warmUp: eventsOf(0), counted: turns.flat() };
}
