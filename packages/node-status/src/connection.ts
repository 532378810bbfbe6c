import type { Source } from "./source.ts";

/**
 * What is known of a node's connects, or of its disconnects. It only grows: clocks can be joined in any order and any
 * number of times.
 */
export interface Clock {
  /** The latest one whose own time is plausible. */
  readonly latest: Source | undefined;
  /** When the one before it happened, epoch milliseconds. */
  readonly beforeMs: number | undefined;
  /** The latest, by SNS's clock, whose own time is missing or cannot be: `atMs` is the time of SNS. */
  readonly clamped: Source | undefined;
}

/** A clock of which nothing is known. */
export const NO_CLOCK: Clock = { latest: undefined, beforeMs: undefined, clamped: undefined };

/** A node's connects and disconnects. */
export interface Connection {
  readonly connected: Clock;
  readonly disconnected: Clock;
}

/** The states of a node. `unknown`: no connect or disconnect of it has been seen yet. */
export const NODE_STATES = ["offline", "online", "unknown"] as const;

/** Whether a node is connected. */
export type NodeState = (typeof NODE_STATES)[number];

/** The event that decides in which state a node is. */
export interface Decisive extends Source {
  readonly state: "online" | "offline";
}

/** Joins what two sides know of a node's connects, or of its disconnects. */
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

/** True when two sides know the same. */
export function equalClocks(a: Clock, b: Clock): boolean {
  return sameSource(a.latest, b.latest) && a.beforeMs === b.beforeMs && sameSource(a.clamped, b.clamped);
}

/** Of copies of one event, that of the first delivery stands for it. */
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
 * The event that decides the state of a node; `undefined` when no connect or disconnect is known.
 *
 * Plausible times decide among themselves. An event whose time had to be clamped is compared with them by when SNS took
 * both, so that a node with a wrong clock is in no state for good.
 */
export function decisive({ connected, disconnected }: Connection): Decisive | undefined {
  const plausible = decisiveByOwnTime(connected, disconnected);
  const clamped = laterBySns(as("online", connected.clamped), as("offline", disconnected.clamped));
  return laterBySns(plausible, clamped);
}

/** Whether a node is online and since when (epoch milliseconds). */
export function stateOf(connection: Connection): {
  readonly state: NodeState;
  readonly sinceMs: number | undefined;
} {
  const found = decisive(connection);
  return { state: found?.state ?? "unknown", sinceMs: found?.atMs };
}

/**
 * A connect and a disconnect of one moment are either a take-over (the node was online: its old session ends at the moment
 * at which its new one begins) or a connection that did not last (it was offline). What it was before tells.
 */
function decisiveByOwnTime(connected: Clock, disconnected: Clock): Decisive | undefined {
  const [on, off] = [as("online", connected.latest), as("offline", disconnected.latest)];
  if (on === undefined || off === undefined) return on ?? off;
  if (!sameMoment(on.atMs, off.atMs)) return on.atMs > off.atMs ? on : off;
  const wasOffline =
    disconnected.beforeMs !== undefined &&
    (connected.beforeMs === undefined || connected.beforeMs < disconnected.beforeMs);
  return wasOffline ? off : on;
}

/** Within this time the order in which SNS took a connect and a disconnect is no evidence: AWS IoT sends them in any order. */
const SNS_TIE_MS = 1000;

/** The later of two by SNS's clock; a connect if it cannot tell. */
function laterBySns(a: Decisive | undefined, b: Decisive | undefined): Decisive | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const apartMs = a.sentAtMs - b.sentAtMs;
  if (a.state !== b.state && Math.abs(apartMs) < SNS_TIE_MS) return a.state === "online" ? a : b;
  return apartMs >= 0 ? a : b;
}

const SECOND_MS = 1000;

/** Times of RainMaker's older format end at the second: one of them and any other of the same second are one moment. */
function sameMoment(aMs: number, bMs: number): boolean {
  if (aMs === bMs) return true;
  const wholeSecond = aMs % SECOND_MS === 0 || bMs % SECOND_MS === 0;
  return wholeSecond && Math.floor(aMs / SECOND_MS) === Math.floor(bMs / SECOND_MS);
}

function as(state: Decisive["state"], source: Source | undefined): Decisive | undefined {
  return source === undefined ? undefined : { ...source, state };
}
