import { chunk } from "@rainhooks/core/collections";
import { readDelivery } from "@rainhooks/core/deliveries/read";
import { HOUR_MS } from "@rainhooks/core/durations";
import { NODE_STATUS_EVENTS } from "@rainhooks/node-status/events";
import { gate } from "@rainhooks/testing/gate";
import type { SQSRecord } from "aws-lambda";
import { CHANGES, type Change } from "../events.ts";
import type { Results, Workload } from "./compare.ts";
import { END_MS, fleetMessages, recordOfMessage, type SubjectMessage } from "./messages.ts";

const TYPES: ReadonlySet<string> = new Set(NODE_STATUS_EVENTS);
const START_MS = END_MS - 12 * HOUR_MS;

/** Messages for each node and for each event that is wanted. */
const SPARE = 4;

/** Simulates a fleet that has enough events of nodes. */
export async function fleetWith(events: number, seed: number, nodes: number): Promise<SubjectMessage[]> {
  const fleet = await fleetMessages(seed, nodes, (nodes + events) * SPARE);
  gate(eventsOfNodes(fleet).length >= events, `a fleet of ${nodes} nodes sends ${events} events of nodes`);
  return fleet;
}

/** Changes of distinct nodes, one each. */
export function changesOf(prefix: string, nodes: number, state: Change["state"], minute: number): Change[] {
  return Array.from({ length: nodes }, (_, index) => ({
    nodeId: `${prefix}-${index}`,
    state,
    atMs: START_MS + minute * 60_000 + index,
  }));
}

/**
 * Returns the state of each node after its last change. This is the naive model that rows are compared with.
 */
function lastChanges(changes: readonly Change[]): Results {
  const sorted = changes.toSorted((a, b) => a.atMs - b.atMs);
  return new Map(sorted.map(({ nodeId, state, atMs }) => [nodeId, `${state} ${atMs}`]));
}

/** Returns the events of a fleet that node-status wants, as they come. */
function eventsOfNodes(fleet: readonly SubjectMessage[]): SubjectMessage[] {
  return fleet.filter(
    ({ type, truth, body }) => TYPES.has(type) && truth.nodeIds.length === 1 && body.includes('"node_id"'),
  );
}

/** Returns batches of the events of a fleet that node-status wants. */
export function fleetOfNodes(fleet: readonly SubjectMessage[], batchSize: number, batches: number): Workload {
  const usable = eventsOfNodes(fleet).slice(0, batchSize * batches);
  const changes = (["online", "offline"] as const).flatMap((state) =>
    usable
      .filter(({ type }) => type === CHANGES[state])
      .map(({ truth: { nodeIds, atMs } }) => ({ nodeId: nodeIds[0] ?? "", state, atMs })),
  );
  const records = usable.map((message) => recordOfMessage(message, END_MS));
  return { ...halves(records, batchSize), expected: lastChanges(changes) };
}

/** Returns batches of all events of a fleet, sent now: the archive notes hours whose deliveries come late. */
export function everything(fleet: readonly SubjectMessage[], batchSize: number, batches: number): Workload {
  const records = fleet.slice(0, batchSize * batches).map((message) => recordOfMessage(message, END_MS));
  const deliveries = records.map(readDelivery);
  return { ...halves(records, batchSize), expected: new Map(deliveries.map(({ id, body }) => [id, body])) };
}

/** Cuts records into batches, of which the first half is not timed. */
function halves(records: readonly SQSRecord[], size: number): Omit<Workload, "expected"> {
  const all = chunk(records, size);
  const notTimed = Math.floor(all.length / 2);
  return { before: all.slice(0, notTimed), timed: all.slice(notTimed) };
}
