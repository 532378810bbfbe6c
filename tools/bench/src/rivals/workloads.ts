import { chunk } from "@rainhooks/core/collections";
import { readDelivery, topicName } from "@rainhooks/core/deliveries/read";
import { collectMessages } from "@rainhooks/local/fleet/collect";
import type { FleetMessage } from "@rainhooks/local/fleet/message";
import { NODE_STATUS_EVENTS } from "@rainhooks/node-status/events";
import { gate } from "@rainhooks/testing/gate";
import { sqsRecordOf } from "@rainhooks/testing/samples";
import type { SQSRecord } from "aws-lambda";
import { CHANGES, type Change, INTEGRATION, newDeliveryId } from "../events.ts";

const TYPES: ReadonlySet<string> = new Set(NODE_STATUS_EVENTS);
/**
 * When the events of the benchmarks end, and what the clocks of functions show: readings of past
 * days are written in another way, because they come late. All events are of one day.
 */
export const END_MS = Date.UTC(2026, 0, 1, 23);

/** A message about something that is known. */
export type MessageWithTruth = FleetMessage & {
  readonly truth: NonNullable<FleetMessage["truth"]>;
};

/** What is stored or sent after events, by what it is about. */
export type Results = ReadonlyMap<string, unknown>;

/** Events in the batches in which they are sent. */
export interface Workload {
  /** Handled first, without being timed. */
  readonly before: readonly (readonly SQSRecord[])[];
  readonly timed: readonly (readonly SQSRecord[])[];
  /** The right results after all events. */
  readonly expected: Results;
}

/** Messages for each node and for each event that is wanted. */
const SPARE = 4;

/**
 * Simulates a fleet that has enough events of nodes. Those with different seeds have different
 * nodes.
 */
export async function fleetWith(
  events: number,
  seed: number,
  nodes: number,
): Promise<MessageWithTruth[]> {
  const count = (nodes + events) * SPARE;
  const options = { seed, nodes, events: count, duplicates: 0, undecodable: 0, endsAtMs: END_MS };
  const { messages } = await collectMessages(options, "snake", INTEGRATION);
  const fleet = messages.flatMap((message) => {
    const { truth } = message;
    return truth === undefined ? [] : [{ ...message, truth }];
  });
  gate(
    eventsOfNodes(fleet).length >= events,
    `a fleet of ${nodes} nodes sends ${events} events of nodes`,
  );
  return fleet;
}

/**
 * Returns the state of each node after its last change. This is the naive model that rows are
 * compared with.
 */
function lastChanges(changes: readonly Change[]): Results {
  const sorted = changes.toSorted((a, b) => a.atMs - b.atMs);
  return new Map(sorted.map(({ nodeId, state, atMs }) => [nodeId, `${state} ${atMs}`]));
}

/** Returns the events of a fleet that node-status wants, as they come. */
function eventsOfNodes(fleet: readonly MessageWithTruth[]): MessageWithTruth[] {
  return fleet.filter(
    ({ type, truth, body }) =>
      TYPES.has(type) && truth.nodeIds.length === 1 && body.includes('"node_id"'),
  );
}

/** Returns batches of the events of a fleet that node-status wants. */
export function fleetOfNodes(
  fleet: readonly MessageWithTruth[],
  batchSize: number,
  batches: number,
): Workload {
  const usable = eventsOfNodes(fleet).slice(0, batchSize * batches);
  const changes = (["online", "offline"] as const).flatMap((state) =>
    usable
      .filter(({ type }) => type === CHANGES[state])
      .map(({ truth: { nodeIds, atMs } }) => ({ nodeId: nodeIds[0] ?? "", state, atMs })),
  );
  const records = usable.map(recordOfMessage);
  return { ...halves(records, batchSize), expected: lastChanges(changes) };
}

/**
 * Returns batches of the events of a fleet with readings, as they come. Events that repeat a
 * reading are left out.
 */
export function readingsOfFleet(
  fleet: readonly MessageWithTruth[],
  batchSize: number,
  batches: number,
): Workload {
  const expected = new Map<string, unknown>();
  const usable: MessageWithTruth[] = [];
  for (const message of fleet) {
    const { nodeIds, readings } = message.truth;
    const own = readings.map(
      ({ series, atMs, value }) => [`${nodeIds[0]}#${series}#${atMs}`, value] as const,
    );
    if (
      own.length === 0 ||
      usable.length === batchSize * batches ||
      own.some(([key]) => expected.has(key))
    )
      continue;
    for (const [key, value] of own) expected.set(key, value);
    usable.push(message);
  }
  gate(
    usable.length === batchSize * batches,
    `a fleet sends ${batchSize * batches} events with readings`,
  );
  return { ...halves(usable.map(recordOfMessage), batchSize), expected };
}

/**
 * Returns batches of all events of a fleet, sent now: the archive notes hours whose deliveries come
 * late.
 */
export function everything(
  fleet: readonly MessageWithTruth[],
  batchSize: number,
  batches: number,
): Workload {
  const records = fleet.slice(0, batchSize * batches).map(recordOfMessage);
  const deliveries = records.map(readDelivery);
  return {
    ...halves(records, batchSize),
    expected: new Map(deliveries.map(({ id, body }) => [id, body])),
  };
}

/** Makes the record of a message, as it comes from SNS through SQS at the end. */
function recordOfMessage({ body, attributes, type }: MessageWithTruth): SQSRecord {
  return sqsRecordOf({
    id: newDeliveryId(),
    sentAtMs: END_MS,
    topic: topicName(type),
    attributes,
    body,
  });
}

/** Cuts records into batches, of which the first half is not timed. */
function halves(records: readonly SQSRecord[], size: number): Omit<Workload, "expected"> {
  const all = chunk(records, size);
  const notTimed = Math.floor(all.length / 2);
  return { before: all.slice(0, notTimed), timed: all.slice(notTimed) };
}
