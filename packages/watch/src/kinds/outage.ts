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
    const missing = missingNodes(rule, known, offline);
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
  const shown = spans.filter((span) => span.startMs >= fromMs && isLongEnough(span));
  return { spans: shown.map((span) => withMembers(span, members)), headroom: headroom.value };
}

/** Returns false for an outage that ended before it had lasted for the time of the rule. */
export function isLongEnough({ raisedMs, endMs = raisedMs }: Span): boolean {
  return endMs >= raisedMs;
}

/** Returns how many nodes more would have to be offline for an outage, of those whose state is known; 0 or less in one. */
export function missingNodes(
  { count, share }: Pick<OutageRule, "count" | "share">,
  known: number,
  offline: number,
): number {
  return Math.max(count, Math.ceil(share * known - ROUNDING)) - offline;
}

/** 0.3 of 10 nodes are 3, not 3.0000000000000004. */
const ROUNDING = 1e-9;

/** A change of how many nodes are offline, and of how many the state is known. */
export interface MemberChange {
  readonly atMs: number;
  readonly offlineBy: number;
  readonly knownBy: number;
}

interface GroupChange extends MemberChange {
  /** The time of the next change; infinite for the last one. */
  readonly nextMs: number;
}

function* changesOf(members: readonly Member[]): Generator<GroupChange> {
  const changes = members
    .flatMap(({ transitions }) => memberChanges(transitions))
    .sort((a, b) => a.atMs - b.atMs);
  for (const [index, change] of changes.entries())
    yield { ...change, nextMs: changes[index + 1]?.atMs ?? Number.POSITIVE_INFINITY };
}

/**
 * Returns what the changes of state of a node change in its groups.
 *
 * @param from Only those of changes from this index on.
 */
export function memberChanges(transitions: readonly Transition[], from = 0): MemberChange[] {
  const changes: MemberChange[] = [];
  let isOffline = from > 0 && transitions[from - 1]?.state === "offline";
  let isKnown = from > 0;
  if (isOffline && isForgotten(transitions, from - 1)) [isKnown, isOffline] = [false, false];
  for (const [offset, { atMs, state }] of transitions.slice(from).entries()) {
    const index = from + offset;
    const isNowOffline = state === "offline";
    changes.push({ atMs, offlineBy: Number(isNowOffline) - Number(isOffline), knownBy: Number(!isKnown) });
    [isKnown, isOffline] = [true, isNowOffline];
    if (!isNowOffline || !isForgotten(transitions, index)) continue;
    changes.push({ atMs: atMs + FORGOTTEN_MS, offlineBy: -1, knownBy: -1 });
    [isKnown, isOffline] = [false, false];
  }
  return changes;
}

/** Whether a node that went offline is forgotten before its next change. */
function isForgotten(transitions: readonly Transition[], index: number): boolean {
  const atMs = transitions[index]?.atMs ?? 0;
  return (transitions[index + 1]?.atMs ?? Number.POSITIVE_INFINITY) > atMs + FORGOTTEN_MS;
}

/** Returns how many of some nodes were away at a time, and the first of them by their ids. */
export function membersAway(
  members: Iterable<Member>,
  atMs: number,
): { readonly memberCount: number; readonly members: readonly string[] } {
  const away: string[] = [];
  for (const { nodeId, transitions } of members) if (isAway(transitions, atMs)) away.push(nodeId);
  away.sort();
  return { memberCount: away.length, members: away.slice(0, MAX_MEMBERS) };
}

function withMembers(span: Span, members: readonly Member[]): OutageSpan {
  return { ...span, ...membersAway(members, span.raisedMs) };
}

function isAway(transitions: readonly Transition[], atMs: number): boolean {
  const last = transitions.findLast((one) => one.atMs <= atMs);
  return last?.state === "offline" && atMs - last.atMs < FORGOTTEN_MS;
}
