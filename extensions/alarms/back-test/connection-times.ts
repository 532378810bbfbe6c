import { SECOND_MS } from "@rainhooks/core/durations";
import type { RainmakerEvent } from "@rainhooks/core/event";
import { type Clock, NO_CLOCK } from "@rainhooks/node-status/connection";
import { timeOf } from "@rainhooks/node-status/event-time";
import type { ConnectionHistory } from "@rainhooks/node-status/read-node";
import { connectionChanges } from "@rainhooks/node-status/timeline";
import { compareTransitions, type Transition } from "@rainhooks/node-status/transition";
import { collapse } from "@rainhooks/node-status/uptime";

/** What of a connect or a disconnect decides the state of its node. */
export interface ConnectionTime extends Transition {
  /** When SNS took it, epoch milliseconds. */
  readonly sentAtMs: number;
  /** True if it has no plausible time of its own: `atMs` is then the time of SNS. */
  readonly clamped: boolean;
}

/**
 * Returns what of an event decides the state of its node; `undefined` if it is no connect and no disconnect.
 * It takes less memory than the event.
 */
export function connectionTimeOf(event: RainmakerEvent): ConnectionTime | undefined {
  const isConnect = event.type === "rmaker.event.node_connected";
  if (!isConnect && event.type !== "rmaker.event.node_disconnected") return undefined;
  return { ...timeOf(event), sentAtMs: event.sentAtMs, state: isConnect ? "online" : "offline" };
}

/**
 * Returns what connects and disconnects of a node show together, as `project` does for their events, in less
 * time: their order and repetition do not matter. Ids of deliveries are left out.
 */
export function connectionOf(times: readonly ConnectionTime[]): ConnectionHistory {
  return {
    connected: clockOf(times, "online"),
    disconnected: clockOf(times, "offline"),
    recent: { transitions: transitionsOf(times), fromMs: undefined },
  };
}

/**
 * Returns the changes of the state of a node that its connects and disconnects show, in order: each differs
 * from the one before.
 */
export function stateChanges(times: readonly ConnectionTime[]): readonly Transition[] {
  if (!isPlain(times)) return collapse(connectionChanges(connectionOf(times), [], END_MS), "unknown");
  const changes: Transition[] = [];
  let before: Transition["state"] | undefined;
  for (const { atMs, state } of times) {
    if (state !== before) changes.push({ atMs, state });
    before = state;
  }
  return changes;
}

/**
 * Returns whether each event has a plausible time of its own, in a later second than the event before it.
 * Then the last event decides the state.
 */
function isPlain(times: readonly ConnectionTime[]): boolean {
  let beforeSecond = Number.NEGATIVE_INFINITY;
  for (const { atMs, clamped } of times) {
    const second = Math.floor(atMs / SECOND_MS);
    if (clamped || second <= beforeSecond) return false;
    beforeSecond = second;
  }
  return true;
}

/** The end of every history. */
const END_MS = Number.MAX_SAFE_INTEGER;

function transitionsOf(times: readonly ConnectionTime[]): Transition[] {
  const all = times.map(({ atMs, state }): Transition => ({ atMs, state }));
  // Events mostly come in order.
  if (!isInOrder(all)) all.sort(compareTransitions);
  return all.filter((one, at) => {
    const before = all[at - 1];
    return before === undefined || compareTransitions(before, one) !== 0;
  });
}

function isInOrder(all: readonly Transition[]): boolean {
  for (const [at, one] of all.entries()) {
    const before = all[at - 1];
    if (before !== undefined && compareTransitions(before, one) > 0) return false;
  }
  return true;
}

function clockOf(times: readonly ConnectionTime[], state: Transition["state"]): Clock {
  let { latest, clamped } = NO_CLOCK;
  for (const time of times) {
    if (time.state !== state) continue;
    if (time.clamped) clamped = laterTime(clamped, time);
    else latest = laterTime(latest, time);
  }
  let beforeMs: number | undefined;
  for (const { state: other, clamped: isClamped, atMs } of times)
    if (other === state && !isClamped && latest !== undefined && atMs < latest.atMs)
      beforeMs = Math.max(beforeMs ?? atMs, atMs);
  return { latest, beforeMs, clamped };
}

/** Of several copies of one event, the one that SNS took first counts. */
function laterTime(known: Clock["latest"], { atMs, sentAtMs }: ConnectionTime): Clock["latest"] {
  const isLater =
    known === undefined || atMs > known.atMs || (atMs === known.atMs && sentAtMs < known.sentAtMs);
  return isLater ? { atMs, sentAtMs, deliveryId: "" } : known;
}
