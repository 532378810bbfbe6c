import { HOUR_MS } from "@rainhooks/core";
import { NODE_STATUS_EVENTS } from "@rainhooks/node-status/events";
import type { SQSRecord } from "aws-lambda";
import { type Change, type Expected, lastChanges, recordOfChange } from "../../connections.ts";
import type { Workload } from "../compare.ts";
import { batchesOf, END_MS, halves, type KnownMessage, newDeliveryId, recordOfMessage } from "./messages.ts";

const TYPES: ReadonlySet<string> = new Set(NODE_STATUS_EVENTS);

const START_MS = END_MS - 12 * HOUR_MS;

function recordsOf(changes: readonly Change[]): SQSRecord[] {
  return changes.map((change) => recordOfChange(change, newDeliveryId()));
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
 * Returns batches of one event per node, all nodes known: all are online, then all disconnect.
 *
 * @param round Each round has other nodes.
 */
export function distinctNodes(batchSize: number, batches: number, round: number): Workload<Expected> {
  const prefix = `distinct-${batchSize}-${round}`;
  const connects = changesOf(prefix, batchSize * batches, "online", 0);
  const disconnects = changesOf(prefix, batchSize * batches, "offline", 1);
  return {
    before: batchesOf(recordsOf(connects), batchSize),
    timed: batchesOf(recordsOf(disconnects), batchSize),
    expected: lastChanges([...connects, ...disconnects]),
  };
}

/** Returns the events of a fleet that node-status wants, as they come. */
export function eventsOfNodes(fleet: readonly KnownMessage[]): KnownMessage[] {
  return fleet.filter(
    ({ type, truth, body }) => TYPES.has(type) && truth.nodeIds.length === 1 && body.includes('"node_id"'),
  );
}

/** Returns batches of the events of a fleet that node-status wants. The first half is not timed. */
export function fleetOfNodes(
  fleet: readonly KnownMessage[],
  batchSize: number,
  batches: number,
): Workload<Expected> {
  const usable = eventsOfNodes(fleet).slice(0, batchSize * batches);
  const changes = usable.flatMap(({ type, truth }): Change[] => {
    const [nodeId] = truth.nodeIds;
    const state = STATES[type];
    return nodeId === undefined || state === undefined ? [] : [{ nodeId, state, atMs: truth.atMs }];
  });
  const records = usable.map((message) => recordOfMessage(message, END_MS));
  return { ...halves(records, batchSize), expected: lastChanges(changes) };
}

const STATES: Readonly<Partial<Record<string, Change["state"]>>> = {
  "rmaker.event.node_connected": "online",
  "rmaker.event.node_disconnected": "offline",
};
