import { SECOND_MS } from "@rainhooks/core";
import type { Source } from "./source.ts";

/**
 * The latest connects of a node, or its latest disconnects. Clocks can be joined in any order and any number of times, with
 * the same result.
 */
export interface Clock {
  /** The latest event with a plausible time of its own. */
  readonly latest: Source | undefined;
  /** Time of the event before `latest`, epoch milliseconds. */
  readonly beforeMs: number | undefined;
  /** The latest event, by the time of SNS, whose own time is missing or not plausible. Its `atMs` is the time of SNS. */
  readonly clamped: Source | undefined;
}

/** A clock without events. */
export const NO_CLOCK: Clock = { latest: undefined, beforeMs: undefined, clamped: undefined };

/** A node's connects and disconnects. */
export interface Connection {
  readonly connected: Clock;
  readonly disconnected: Clock;
}

/** The states of a node. `unknown`: no connect or disconnect of it has been received yet. */
export const NODE_STATES = ["offline", "online", "unknown"] as const;

/** Whether a node is connected. */
export type NodeState = (typeof NODE_STATES)[number];

/** The event that decides the state of a node. */
export interface Decisive extends Source {
  readonly state: "online" | "offline";
}

/** Joins two clocks of one node: commutative, associative and idempotent. */
export function joinClocks(a: Clock, b: Clock): Clock {
  const latest = laterSource(a.latest, b.latest);
  const times = [a.latest?.atMs, a.beforeMs, b.latest?.atMs, b.beforeMs].filter(
    (atMs) => atMs !== undefined && latest !== undefined && atMs < latest.atMs,
  ) as number[];
  return {
    latest,
    beforeMs: times.length === 0 ? undefined : Math.max(...times),
    clamped: laterSource(a.clamped, b.clamped),
  };
}

/** Returns true if two clocks contain the same events. */
export function equalClocks(a: Clock, b: Clock): boolean {
  return sameSource(a.latest, b.latest) && a.beforeMs === b.beforeMs && sameSource(a.clamped, b.clamped);
}

/** Returns the later source. Of several copies of one event it returns the copy that SNS received first. */
function laterSource(a: Source | undefined, b: Source | undefined): Source | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  if (a.atMs !== b.atMs) return a.atMs > b.atMs ? a : b;
  if (a.sentAtMs !== b.sentAtMs) return a.sentAtMs < b.sentAtMs ? a : b;
  return a.deliveryId <= b.deliveryId ? a : b;
}

function sameSource(a: Source | undefined, b: Source | undefined): boolean {
  return a?.atMs === b?.atMs && a?.sentAtMs === b?.sentAtMs && a?.deliveryId === b?.deliveryId;
}

/**
 * Returns the event that decides the state of a node; `undefined` if no connect or disconnect is known.
 *
 * Events with plausible times are compared by these times. An event with a clamped time is compared with the others by the
 * time at which SNS received them, so that a wrong clock cannot keep a node in one state forever.
 */
export function decisive({ connected, disconnected }: Connection): Decisive | undefined {
  const plausible = decisiveByOwnTime(connected, disconnected);
  const clamped = laterBySns(
    withState("online", connected.clamped),
    withState("offline", disconnected.clamped),
  );
  return laterBySns(plausible, clamped);
}

/** Returns the state of a node and since when it is in it (epoch milliseconds). */
export function stateOf(connection: Connection): {
  readonly state: NodeState;
  readonly sinceMs: number | undefined;
} {
  const found = decisive(connection);
  return { state: found?.state ?? "unknown", sinceMs: found?.atMs };
}

/**
 * A connect and a disconnect at the same moment are either a take-over (the node was online: its old session ends when the
 * new one begins) or a very short connection (it was offline). The state before that moment decides between the two.
 */
function decisiveByOwnTime(connected: Clock, disconnected: Clock): Decisive | undefined {
  const [on, off] = [withState("online", connected.latest), withState("offline", disconnected.latest)];
  if (on === undefined || off === undefined) return on ?? off;
  if (!sameMoment(on.atMs, off.atMs)) return on.atMs > off.atMs ? on : off;
  const wasOffline =
    disconnected.beforeMs !== undefined &&
    (connected.beforeMs === undefined || connected.beforeMs < disconnected.beforeMs);
  return wasOffline ? off : on;
}

/** If SNS received a connect and a disconnect within this time, their order is unknown: AWS IoT sends them in any order. */
const SNS_TIE_MS = 1000;

/** Returns the later of two events by the time of SNS; the connect if their order is unknown. */
function laterBySns(a: Decisive | undefined, b: Decisive | undefined): Decisive | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const apartMs = a.sentAtMs - b.sentAtMs;
  if (a.state !== b.state && Math.abs(apartMs) < SNS_TIE_MS) return a.state === "online" ? a : b;
  return apartMs >= 0 ? a : b;
}

/** RainMaker's older time format has whole seconds, so such a time equals every other time of the same second. */
function sameMoment(aMs: number, bMs: number): boolean {
  if (aMs === bMs) return true;
  const wholeSecond = aMs % SECOND_MS === 0 || bMs % SECOND_MS === 0;
  return wholeSecond && Math.floor(aMs / SECOND_MS) === Math.floor(bMs / SECOND_MS);
}

function withState(state: Decisive["state"], source: Source | undefined): Decisive | undefined {
  return source === undefined ? undefined : { ...source, state };
}
