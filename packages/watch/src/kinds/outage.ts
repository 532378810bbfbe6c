import { DAY_MS } from "@rainhooks/core";
import type { Transition } from "@rainhooks/node-status";
import type { Span } from "../episode.ts";
import type { OutageRule } from "../rule/rule.ts";
import { Headroom } from "./headroom.ts";

/** A node of a group, and its changes of state, in order. Before the first one, nothing is known of it. */
export interface Member {
  readonly nodeId: string;
  readonly transitions: readonly Transition[];
}

/** A node that is offline for longer is not counted: a fleet has nodes that never come back. */
const FORGOTTEN_MS = 7 * DAY_MS;
/** Maximum number of nodes that an alarm lists. */
const MAX_MEMBERS = 100;

/** The outages of a group. */
export interface GroupOutages {
  readonly spans: readonly OutageSpan[];
  /** How many nodes more would have had to be offline, at some time that is not close to an outage, for another one. */
  readonly headroom: number;
}

/** A time in which the share of a group was offline. */
export interface OutageSpan extends Span {
  readonly memberCount: number;
  readonly members: readonly string[];
}

/**
 * Returns the times in which the share of the nodes of a group was offline. They begin and end with the change of a node, to the millisecond.
 *
 * @param fromMs From when on all changes of the members are known, epoch milliseconds.
 */
export function outagesIn(rule: OutageRule, members: readonly Member[], fromMs: number): GroupOutages {
  const spans: Span[] = [];
  const headroom = new Headroom(fromMs);
  let [offline, known] = [0, 0];
  let startMs: number | undefined;
  for (const { atMs, nextMs, offlineBy, knownBy } of changesOf(members)) {
    offline += offlineBy;
    known += knownBy;
    if (nextMs === atMs) continue;
    const missing = Math.max(rule.count, Math.ceil(rule.share * known - ROUNDING)) - offline;
    if (missing <= 0) {
      if (startMs === undefined) headroom.begin();
      startMs ??= atMs;
      continue;
    }
    if (startMs !== undefined) {
      spans.push({ startMs, raisedMs: startMs + rule.forMs, endMs: atMs });
      headroom.end(atMs);
      startMs = undefined;
    }
    headroom.add(atMs, nextMs, missing);
  }
  if (startMs !== undefined) spans.push({ startMs, raisedMs: startMs + rule.forMs, endMs: undefined });
  const shown = spans.filter(
    (span) => span.startMs >= fromMs && (span.endMs ?? span.raisedMs) >= span.raisedMs,
  );
  return { spans: shown.map((span) => withMembers(span, members)), headroom: headroom.value };
}

/** 0.3 of 10 nodes are 3, not 3.0000000000000004. */
const ROUNDING = 1e-9;

interface GroupChange {
  readonly atMs: number;
  /** The time of the next change; infinite for the last one. */
  readonly nextMs: number;
  readonly offlineBy: number;
  readonly knownBy: number;
}

function* changesOf(members: readonly Member[]): Generator<GroupChange> {
  const changes = members
    .flatMap(({ transitions }) => [...memberChanges(transitions)])
    .sort((a, b) => a.atMs - b.atMs);
  for (const [index, change] of changes.entries())
    yield { ...change, nextMs: changes[index + 1]?.atMs ?? Number.POSITIVE_INFINITY };
}

function* memberChanges(transitions: readonly Transition[]): Generator<Omit<GroupChange, "nextMs">> {
  let [isKnown, isOffline] = [false, false];
  for (const [index, { atMs, state }] of transitions.entries()) {
    const isNowOffline = state === "offline";
    yield { atMs, offlineBy: Number(isNowOffline) - Number(isOffline), knownBy: Number(!isKnown) };
    [isKnown, isOffline] = [true, isNowOffline];
    const forgottenMs = atMs + FORGOTTEN_MS;
    if (!isNowOffline || (transitions[index + 1]?.atMs ?? Number.POSITIVE_INFINITY) <= forgottenMs) continue;
    yield { atMs: forgottenMs, offlineBy: -1, knownBy: -1 };
    [isKnown, isOffline] = [false, false];
  }
}

function withMembers(span: Span, members: readonly Member[]): OutageSpan {
  const away = members
    .filter(({ transitions }) => isAway(transitions, span.raisedMs))
    .map(({ nodeId }) => nodeId)
    .sort();
  return { ...span, memberCount: away.length, members: away.slice(0, MAX_MEMBERS) };
}

function isAway(transitions: readonly Transition[], atMs: number): boolean {
  const last = transitions.findLast((one) => one.atMs <= atMs);
  return last?.state === "offline" && atMs - last.atMs < FORGOTTEN_MS;
}
