import type { EventType } from "@rainhooks/core";

/** Whether a node is connected. `unknown`: no connect or disconnect of it has been seen yet. */
export type NodeState = "online" | "offline" | "unknown";

/** A point in time; `tieMs` orders events that RainMaker's clock cannot tell apart. */
export interface Stamp {
  readonly atMs: number;
  readonly tieMs: number;
}

/** The newest event of a node. */
export interface LastEvent {
  readonly type: EventType;
  readonly atMs: number;
  readonly sentAtMs: number;
  readonly deliveryId: string;
}

/**
 * What is kept of a node: two clocks and the newest event. Each only ever moves forward, so states can be joined in
 * any order and any number of times; whether the node is online follows from the clocks.
 */
export interface NodeClocks {
  readonly connected: Stamp | undefined;
  readonly disconnected: Stamp | undefined;
  readonly lastEvent: LastEvent | undefined;
}

/** The state of a node of which nothing is known. */
export const NO_CLOCKS: NodeClocks = { connected: undefined, disconnected: undefined, lastEvent: undefined };

/** Joins two states of a node: of each clock the later one. */
export function joinClocks(a: NodeClocks, b: NodeClocks): NodeClocks {
  return {
    connected: later(a.connected, b.connected, compareStamps),
    disconnected: later(a.disconnected, b.disconnected, compareStamps),
    lastEvent: later(a.lastEvent, b.lastEvent, compareLastEvents),
  };
}

/** True when two states of a node are the same. */
export function equalClocks(a: NodeClocks, b: NodeClocks): boolean {
  return (
    same(a.connected, b.connected, compareStamps) &&
    same(a.disconnected, b.disconnected, compareStamps) &&
    same(a.lastEvent, b.lastEvent, compareLastEvents)
  );
}

/** Whether a node is online and since when (epoch milliseconds). On a tie it is online. */
export function stateOf(clocks: NodeClocks): {
  readonly state: NodeState;
  readonly sinceMs: number | undefined;
} {
  const { connected, disconnected } = clocks;
  if (connected === undefined && disconnected === undefined) return { state: "unknown", sinceMs: undefined };
  const online =
    disconnected === undefined || (connected !== undefined && compareStamps(connected, disconnected) >= 0);
  return online
    ? { state: "online", sinceMs: connected?.atMs }
    : { state: "offline", sinceMs: disconnected?.atMs };
}

function compareStamps(a: Stamp, b: Stamp): number {
  return a.atMs - b.atMs || a.tieMs - b.tieMs;
}

function compareLastEvents(a: LastEvent, b: LastEvent): number {
  return a.atMs - b.atMs || a.sentAtMs - b.sentAtMs || compareText(a.deliveryId, b.deliveryId);
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function later<T>(a: T | undefined, b: T | undefined, compare: (a: T, b: T) => number): T | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return compare(a, b) >= 0 ? a : b;
}

function same<T>(a: T | undefined, b: T | undefined, compare: (a: T, b: T) => number): boolean {
  return a === undefined || b === undefined ? a === b : compare(a, b) === 0;
}
