import { SECOND_MS } from "@rainhooks/core/durations";
import type { Source } from "./source.ts";
import { lastLone, type Transition } from "./transition.ts";

/**
 * The latest connects of a node, or its latest disconnects. Clocks can be joined in any order and
 * any number of times, with the same result.
 */
export interface Clock {
  /** The latest event with a plausible time of its own. */
  readonly latest: Source | undefined;
  /** Time of the event before `latest`, epoch milliseconds. */
  readonly beforeMs: number | undefined;
  /**
   * The latest event, by the time of SNS, whose own time is missing or not plausible. Its `atMs` is
   * the time of SNS.
   */
  readonly clamped: Source | undefined;
}

/** A clock without events. */
export const NO_CLOCK: Clock = { latest: undefined, beforeMs: undefined, clamped: undefined };

/** A node's connects and disconnects. */
export interface Connection {
  readonly connected: Clock;
  readonly disconnected: Clock;
}

/** A node's connects and disconnects, and what happened lately. */
export interface ConnectionLog extends Connection {
  /**
   * The last connects and disconnects, in order. Without it, several short connections in a row
   * cannot be told from take-overs.
   */
  readonly recent?: { readonly transitions: readonly Transition[] };
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
  return (
    sameSource(a.latest, b.latest) && a.beforeMs === b.beforeMs && sameSource(a.clamped, b.clamped)
  );
}

/**
 * Returns the later source. Of several copies of one event it returns the copy that SNS received
 * first.
 */
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
 * Returns the event that decides the state of a node; `undefined` if no connect or disconnect is
 * known.
 *
 * Events with plausible times are compared by these times. An event with a clamped time is compared
 * with the others by the time at which SNS received them, so that a wrong clock cannot keep a node
 * in one state forever.
 */
export function decisive(connection: ConnectionLog): Decisive | undefined {
  const { connected, disconnected } = connection;
  const plausible = decisiveByOwnTime(connection);
  const clamped = laterBySns(
    withState("online", connected.clamped),
    withState("offline", disconnected.clamped),
  );
  return laterBySns(plausible, clamped);
}

/** Returns the state of a node and since when it is in it (epoch milliseconds). */
export function stateOf(connection: ConnectionLog): {
  readonly state: NodeState;
  readonly sinceMs: number | undefined;
} {
  const found = decisive(connection);
  return { state: found?.state ?? "unknown", sinceMs: found?.atMs };
}

/**
 * A connect and a disconnect at the same moment are either a take-over (the node was online: its
 * old session ends when the new one begins) or a very short connection (it was offline). The state
 * before that moment decides between the two, and if that is not known, the order in which SNS took
 * them.
 */
function decisiveByOwnTime({
  connected,
  disconnected,
  recent,
}: ConnectionLog): Decisive | undefined {
  const on = withState("online", connected.latest);
  const off = withState("offline", disconnected.latest);
  if (on === undefined || off === undefined) return on ?? off;
  if (!sameMoment(on.atMs, off.atMs)) return on.atMs > off.atMs ? on : off;
  const momentMs = Math.min(on.atMs, off.atMs);
  const before =
    laterState(connected.beforeMs, disconnected.beforeMs) ??
    lastLone(recent?.transitions ?? [], momentMs)?.state ??
    (wasShort(on, off) ? "offline" : "online");
  return before === "offline" ? off : on;
}

/**
 * Returns the state after the later of a connect and a disconnect; `undefined` if there is neither,
 * or both were at one moment.
 */
function laterState(
  onMs: number | undefined,
  offMs: number | undefined,
): Decisive["state"] | undefined {
  if (onMs === undefined || offMs === undefined)
    return onMs === offMs ? undefined : onMs === undefined ? "offline" : "online";
  if (sameMoment(onMs, offMs)) return undefined;
  return onMs > offMs ? "online" : "offline";
}

/**
 * What SNS took later than this after its own time was delayed on its way, and its place in the
 * order says nothing.
 */
const MAX_PROMPT_MS = 5 * SECOND_MS;

/**
 * Whether the times of SNS show a connection that did not last a second: both events came promptly,
 * and the connect first.
 */
function wasShort(on: Source, off: Source): boolean {
  const isPrompt = ({ atMs, sentAtMs }: Source) => sentAtMs - atMs < MAX_PROMPT_MS;
  return on.atMs % SECOND_MS === 0 && on.sentAtMs < off.sentAtMs && isPrompt(on) && isPrompt(off);
}

/**
 * If SNS received a connect and a disconnect without a plausible time within this time, their order
 * is unknown.
 */
const SNS_TIE_MS = 1000;

/** Returns the later of two events by the time of SNS; the connect if their order is unknown. */
function laterBySns(a: Decisive | undefined, b: Decisive | undefined): Decisive | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const apartMs = a.sentAtMs - b.sentAtMs;
  if (a.state !== b.state && Math.abs(apartMs) < SNS_TIE_MS) return a.state === "online" ? a : b;
  return apartMs >= 0 ? a : b;
}

/**
 * RainMaker's older time format has whole seconds, so such a time equals every other time of the
 * same second.
 */
function sameMoment(aMs: number, bMs: number): boolean {
  if (aMs === bMs) return true;
  const wholeSecond = aMs % SECOND_MS === 0 || bMs % SECOND_MS === 0;
  return wholeSecond && Math.floor(aMs / SECOND_MS) === Math.floor(bMs / SECOND_MS);
}

function withState(state: Decisive["state"], source: Source | undefined): Decisive | undefined {
  return source === undefined ? undefined : { ...source, state };
}
