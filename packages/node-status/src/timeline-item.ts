import { createHash } from "node:crypto";
import { DAY_MS } from "@rainhooks/core/durations";
import type { RainmakerEvent } from "@rainhooks/core/event";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { timeOf } from "./event-time.ts";
import { alertText } from "./fields/last-alert.ts";
import { timeText } from "./time-text.ts";
import { packTransitions, type Transition, unpackTransitions } from "./transition.ts";

/**
 * Maximum time from the first to the last transition of one item: how far before a range its first
 * transitions can be stored.
 */
export const MAX_ITEM_RANGE_MS = 32 * DAY_MS;

/** What an item of the timeline is about. */
type EntryKind = "alert" | "transitions";

/** Returns the first possible sort key of an entry at a time. */
export function entryKey(kind: EntryKind, atMs: number): string {
  return `${kind}#${timeText(atMs)}`;
}

/** Returns a condition for the items of a node between two sort keys. */
export function between(nodeId: string, first: string, last: string) {
  return {
    KeyConditionExpression: "nodeId = :node AND #item BETWEEN :first AND :last",
    ExpressionAttributeNames: { "#item": "item" },
    ExpressionAttributeValues: {
      ":node": { S: nodeId },
      ":first": { S: first },
      ":last": { S: last },
    },
  };
}

/**
 * Converts transitions of a node, in order, to items of the timeline. The key of an item follows
 * from its content, so that items with other transitions are never overwritten. A transition can be
 * in several items.
 *
 * @param keepMs Time after the last transition of an item until it expires.
 */
export function transitionItems(
  nodeId: string,
  transitions: readonly Transition[],
  keepMs: number,
): Attributes[] {
  const groups: Transition[][] = [];
  for (const transition of transitions) {
    const group = groups.at(-1);
    if (group?.[0] !== undefined && transition.atMs - group[0].atMs <= MAX_ITEM_RANGE_MS)
      group.push(transition);
    else groups.push([transition]);
  }
  return groups.map((group) => {
    const packed = packTransitions(group);
    const digest = createHash("sha256").update(packed).digest("base64url").slice(0, 11);
    return {
      nodeId: { S: nodeId },
      item: { S: `${entryKey("transitions", group[0]?.atMs ?? 0)}#${digest}` },
      transitions: { B: packed },
      expiresAtS: expiry(group.at(-1)?.atMs ?? 0, keepMs),
    };
  });
}

/** Converts an item of the timeline to its transitions. */
export function decodeTransitions(item: Attributes): Transition[] {
  const packed = item["transitions"]?.B;
  return packed === undefined ? [] : unpackTransitions(packed);
}

/** An alert of a node. */
export interface NodeAlert {
  /** Epoch milliseconds. */
  readonly atMs: number;
  readonly text: string;
  readonly deliveryId: string;
}

/** Converts an alert to an item of the timeline; returns `undefined` for any other event. */
export function alertItem(event: RainmakerEvent, keepMs: number): Attributes | undefined {
  if (event.type !== "rmaker.event.alert") return undefined;
  const { atMs } = timeOf(event);
  return {
    nodeId: { S: event.data.nodeId },
    item: { S: `${entryKey("alert", atMs)}#${event.deliveryId}` },
    text: { S: alertText(event.data.message) },
    expiresAtS: expiry(atMs, keepMs),
  };
}

/** Converts an item of the timeline to an alert. */
export function decodeAlert(item: Attributes): NodeAlert {
  const [, time = "", ...id] = item["item"]?.S?.split("#") ?? [];
  return { atMs: Number(time), text: item["text"]?.S ?? "", deliveryId: id.join("#") };
}

function expiry(atMs: number, keepMs: number) {
  return { N: String(Math.ceil((atMs + keepMs) / 1000)) };
}
