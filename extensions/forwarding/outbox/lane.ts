import { createHash } from "node:crypto";
import { SECOND_MS } from "@rainhooks/core/durations";
import { nodesOf, type RainmakerEvent } from "@rainhooks/core/event";
import type { Destination } from "../destinations/destination.ts";

/** Where the events of a batch are. */
export interface BatchRef {
  readonly lane: string;
  /** Id of the batch within the lane. */
  readonly id: string;
  /**
   * When its destination was added, epoch milliseconds. A later destination with the same id has
   * other lanes.
   */
  readonly createdAtMs: number;
}

/** Says that events wait in a lane, which are to be divided into batches. */
export interface LaneMessage {
  readonly kind: "cut";
  /** Id of the destination. */
  readonly destination: string;
  /** When the destination was added, epoch milliseconds. */
  readonly createdAtMs: number;
  readonly lane: string;
  /** When the events were added for which the message was sent, epoch milliseconds. */
  readonly addedAtMs: number;
  /** Since when it is on its way, epoch milliseconds. */
  readonly sinceMs?: number;
  /** When to look, epoch milliseconds; at once if absent. */
  readonly dueAtMs?: number;
}

/**
 * How long an event of an ordered lane waits for events that were published before it and arrive
 * after it.
 */
export const ALLOWED_LATENESS_MS = 5 * SECOND_MS;
/** Number of lanes of a destination with batches: each takes about 3,000 events a second. */
export const SHARED_LANES = 8;
/** Node ids that are longer are hashed: a partition key has up to 2,048 bytes. */
const MAX_NODE_ID = 200;
const NODE_PREFIX = "node:";

/**
 * Returns whether the events of a destination wait in the outbox: several of them are one request,
 * or they are sent in order.
 */
export function usesOutbox({
  batchEvents,
  inOrder,
}: Pick<Destination, "batchEvents" | "inOrder">): boolean {
  return batchEvents !== undefined || inOrder;
}

/**
 * Returns the lane for the events of a node: they come one after the other. An event of several
 * nodes counts for the first; all without a node share one.
 */
export function nodeLane(event: RainmakerEvent): string {
  const [nodeId = ""] = nodesOf(event);
  const hashed = nodeId.length > MAX_NODE_ID;
  return `${NODE_PREFIX}${hashed ? createHash("sha256").update(nodeId).digest("base64url") : nodeId}`;
}

/** Returns the lane of a batch that is a part of one that was too large: it has no other. */
export function laneOfPart(batchId: string): string {
  return `part:${batchId}`;
}

/** Returns a lane of those that all nodes share. */
export function sharedLane(index: number): string {
  return `all:${index}`;
}

/** Returns whether the events of a lane come one after the other. */
export function isOrderedLane(lane: string): boolean {
  return lane.startsWith(NODE_PREFIX);
}

/** The longest lane that a message may name: that of a node. */
const MAX_LANE = NODE_PREFIX.length + MAX_NODE_ID;

/** Returns true for a text that can be a lane. */
export function isLane(text: unknown): text is string {
  return typeof text === "string" && text.length > 0 && text.length <= MAX_LANE;
}
