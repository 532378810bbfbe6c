import { HOUR_MS, MINUTE_MS } from "@rainhooks/core/durations";
import type { SQSRecord } from "aws-lambda";
import { END_MS, recordOf, recordOfChange } from "../events.ts";

/** Events of a fleet whose cost is counted, after earlier events that make the nodes known. */
export interface Scenario {
  readonly name: "chatter" | "reconnect";
  readonly warmUp: readonly SQSRecord[];
  readonly counted: readonly SQSRecord[];
}

const NODES = 100;
/** Hours of the chatter. */
const HOURS = 2;
/** Disconnects and connects of each node of `reconnect`. */
const TURNS = 4;
const TS_DATA = "rmaker.event.node_ts_data";
const PARAMS = "rmaker.event.node_params_changed";

/** Numbers of readings of successive events: 2.3 on average. */
const READINGS = [1, 1, 4, 1, 5, 1, 3, 1, 3, 3];
const EVENTS_PER_HOUR = 6;
const TURN_MS = HOUR_MS / EVENTS_PER_HOUR;
const TS_OF_FIVE = 3;

/**
 * Known nodes that stay online, each with an event every ten minutes, three of five with readings.
 */
export function chatter(): Scenario {
  const startMs = END_MS - HOURS * HOUR_MS;
  const events = Array.from({ length: HOURS * EVENTS_PER_HOUR }, (_, turn) =>
    Array.from({ length: NODES }, (_, node) =>
      chatterEvent(startMs + turn * TURN_MS + node, turn, node),
    ),
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

/** Every node disconnects and connects, again and again. */
export function reconnect(): Scenario {
  const eventsOf = (turn: number) =>
    Array.from({ length: NODES }, (_, node) =>
      recordOfChange({
        nodeId: `reconnect-${node}`,
        state: turn % 2 === 0 ? "online" : "offline",
        atMs: END_MS - 12 * HOUR_MS + turn * MINUTE_MS + node,
      }),
    );
  const turns = Array.from({ length: TURNS }, (_, turn) => eventsOf(turn + 1));
  return { name: "reconnect", warmUp: eventsOf(0), counted: turns.flat() };
}
