import { type EventType, HOUR_MS } from "@rainhooks/core";
import { sqsRecordOf } from "@rainhooks/testing";
import type { SQSRecord } from "aws-lambda";
import { recordOfChange } from "../connections.ts";
import { changesOf } from "../rivals/jobs/connections.ts";
import { END_MS, fleetMessages, newDeliveryId, recordOfMessage } from "../rivals/jobs/messages.ts";

/** A record, and the type of its event. */
export interface TypedRecord {
  readonly type: EventType;
  readonly record: SQSRecord;
}

/** Events of a fleet whose cost is counted, after others that make the nodes known. */
export interface Scenario {
  readonly name: "chatter" | "steady" | "reconnect";
  readonly warmUp: readonly TypedRecord[];
  readonly counted: readonly TypedRecord[];
}

/** How large the scenarios are. */
export interface ScenarioSize {
  /** Nodes of each. */
  readonly nodes: number;
  /** Hours of the chatter. */
  readonly hours: number;
  /** Events of each node of the fleet of `steady`. */
  readonly eventsPerNode: number;
  /** Disconnects and connects of each node of `reconnect`. */
  readonly changes: number;
}

const TS_DATA = "rmaker.event.node_ts_data";
const PARAMS = "rmaker.event.node_params_changed";
/** Share of events with readings. */
const STEADY_TS_SHARE = 0.35;

/**
 * Makes the events of three situations. `chatter`: known nodes that stay online, each with an event every ten minutes, three of five with
 * readings. `steady`: the simulated fleet, its readings thinned to a third of all events. `reconnect`: every node disconnects and connects,
 * again and again.
 */
export async function makeScenarios(size: ScenarioSize): Promise<readonly Scenario[]> {
  return [chatter(size), await steady(size), reconnect(size)];
}

/** Numbers of readings of successive events: 2.3 on average. */
const READINGS = [1, 1, 4, 1, 5, 1, 3, 1, 3, 3];
const EVENTS_PER_HOUR = 6;
const TURN_MS = HOUR_MS / EVENTS_PER_HOUR;
const TS_OF_FIVE = 3;

function chatter({ nodes, hours }: ScenarioSize): Scenario {
  const startMs = END_MS - hours * HOUR_MS;
  const events = Array.from({ length: hours * EVENTS_PER_HOUR }, (_, turn) =>
    Array.from({ length: nodes }, (_, node) => chatterEvent(startMs + turn * TURN_MS + node, turn, node)),
  ).flat();
  const warmUp = Math.floor(events.length / 4);
  return { name: "chatter", warmUp: events.slice(0, warmUp), counted: events.slice(warmUp) };
}

function chatterEvent(atMs: number, turn: number, node: number): TypedRecord {
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

function recordOf(type: EventType, atMs: number, event_data: object): TypedRecord {
  const body = JSON.stringify({ event_version: "v1", event_type: type, timestamp: atMs, event_data });
  const topic = `esp_rainmaker_sns_${type.replace("rmaker.event.", "")}`;
  const attributes = { event_type: type };
  const delivery = { id: newDeliveryId(), sentAtMs: atMs + 120, topic, attributes, body };
  return { type, record: sqsRecordOf(delivery) };
}

const STEADY_SEED = 31;

async function steady({ nodes, eventsPerNode }: ScenarioSize): Promise<Scenario> {
  // The rival does not know the few events of several nodes.
  const messages = (await fleetMessages(STEADY_SEED, nodes, nodes * eventsPerNode)).filter(({ body }) =>
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
  const events = kept.map((message) => ({ type: message.type, record: recordOfMessage(message) }));
  const warmUp = Math.floor(events.length / 3);
  return { name: "steady", warmUp: events.slice(0, warmUp), counted: events.slice(warmUp) };
}

function reconnect({ nodes, changes }: ScenarioSize): Scenario {
  const eventsOf = (turn: number) =>
    changesOf("reconnect", nodes, turn % 2 === 0 ? "online" : "offline", turn).map(
      (change): TypedRecord => ({
        type: `rmaker.event.node_${change.state === "online" ? "connected" : "disconnected"}`,
        record: recordOfChange(change, newDeliveryId()),
      }),
    );
  const turns = Array.from({ length: changes }, (_, turn) => eventsOf(turn + 1));
  return { name: "reconnect", warmUp: eventsOf(0), counted: turns.flat() };
}
