import { collectMessages } from "@rainhooks/fleet";
import { NODE_STATUS_EVENTS } from "@rainhooks/node-status/events";
import { sqsRecordOf } from "@rainhooks/testing";
import { integrationName } from "@rainhooks/webhook/define";
import type { SQSRecord } from "aws-lambda";
import { type Change, deliveryId, type Expected, lastChanges, recordOfChange } from "../connections.ts";
import { BENCH_STAGE } from "../processes/services.ts";

/** Events in the batches in which they are sent. */
export interface Workload {
  /** Handled first, without being timed. */
  readonly before: readonly (readonly SQSRecord[])[];
  readonly timed: readonly (readonly SQSRecord[])[];
  /** The rows after all events. */
  readonly expected: Expected;
}

const START_MS = Date.UTC(2026, 0) + 1;
const TYPES: ReadonlySet<string> = new Set(NODE_STATUS_EVENTS);
/** Number of nodes of the fleet. */
export const FLEET_NODES = 1500;

let deliveries = 0;

function recordsOf(changes: readonly Change[]): SQSRecord[] {
  return changes.map((change) => {
    deliveries += 1;
    return recordOfChange(change, deliveryId(deliveries));
  });
}

/** Changes of distinct nodes, one each. */
function changesOf(prefix: string, nodes: number, state: Change["state"], minute: number): Change[] {
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
export function distinctNodes(batchSize: number, batches: number, round: number): Workload {
  const prefix = `distinct-${batchSize}-${round}`;
  const connects = changesOf(prefix, batchSize * batches, "online", 0);
  const disconnects = changesOf(prefix, batchSize * batches, "offline", 1);
  return {
    before: batchesOf(recordsOf(connects), batchSize),
    timed: batchesOf(recordsOf(disconnects), batchSize),
    expected: lastChanges([...connects, ...disconnects]),
  };
}

/** Makes records of distinct nodes for the counting of units. */
export function recordsOfChanges(prefix: string, state: Change["state"], minute: number): SQSRecord[] {
  return recordsOf(changesOf(prefix, 100, state, minute));
}

/** Returns batches of the events of a simulated fleet, as they come. The first half is not timed. */
export async function fleetOfNodes(batchSize: number, batches: number, round: number): Promise<Workload> {
  const options = {
    seed: batchSize + round,
    nodes: FLEET_NODES,
    events: 0,
    duplicates: 0,
    undecodable: 0,
    endsAtMs: START_MS,
  };
  // Not every event is of one node, so there must be some to spare.
  const events = Math.ceil(batchSize * batches * 2.2);
  const { messages } = await collectMessages({ ...options, events }, "snake", integrationName(BENCH_STAGE));
  const usable = messages
    .filter(
      ({ type, truth, body }) => TYPES.has(type) && truth?.nodeIds.length === 1 && body.includes('"node_id"'),
    )
    .slice(0, batchSize * batches);
  if (usable.length < batchSize * batches) throw new Error(`The fleet made only ${usable.length} events.`);
  const records = usable.map(({ body, attributes }) => {
    deliveries += 1;
    return sqsRecordOf({
      id: deliveryId(deliveries),
      sentAtMs: START_MS,
      topic: undefined,
      attributes,
      body,
    });
  });
  const changes = usable.flatMap(({ type, truth }): Change[] => {
    const state = { "rmaker.event.node_connected": "online", "rmaker.event.node_disconnected": "offline" }[
      String(type)
    ];
    const nodeId = truth?.nodeIds[0];
    if (truth === undefined || nodeId === undefined || (state !== "online" && state !== "offline")) return [];
    return [{ nodeId, state, atMs: truth.atMs }];
  });
  const all = batchesOf(records, batchSize);
  const notTimed = Math.ceil(batches / 2);
  return {
    before: all.slice(0, notTimed),
    timed: all.slice(notTimed),
    expected: lastChanges(changes),
  };
}

function batchesOf(records: readonly SQSRecord[], size: number): SQSRecord[][] {
  const batches: SQSRecord[][] = [];
  for (let at = 0; at < records.length; at += size) batches.push(records.slice(at, at + size));
  return batches;
}
