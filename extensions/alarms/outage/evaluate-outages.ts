import { DAY_MS } from "@rainhooks/core/durations";
import type { Transition } from "@rainhooks/node-status/transition";
import { type Episode, episodeOf, type Span } from "../episode.ts";
import type { OutageRule, RuleVersion } from "../rule/rule.ts";
import { type NodeRecord, nodeFactsOf } from "../stores/node-record.ts";
import { groupsOf } from "./hold.ts";

/**
 * How far back outages are evaluated: a change that comes later than this changes none, except one
 * that lasts.
 */
export const OUTAGES_BACK_MS = DAY_MS;

/** A version of a rule about outages. */
export interface OutageVersion extends RuleVersion {
  readonly rule: OutageRule;
}

/** The outages of a fleet under a version of a rule. */
export type FleetOutages = ReturnType<typeof evaluateOutages>;

/** Returns the versions that are about outages. */
export function outageVersions(versions: readonly RuleVersion[]): OutageVersion[] {
  return versions.filter((version): version is OutageVersion => version.rule.kind === "outage");
}

/**
 * Returns the outages that began from `fromMs` on, as they are at `nowMs`: like `evaluate`, a pure
 * function of what is stored. The subject of an outage is the group, such as `tag:site:pune`.
 */
export function evaluateOutages(
  version: OutageVersion,
  nodes: Iterable<NodeRecord>,
  fromMs: number,
  nowMs: number,
) {
  const byGroup = new Map<string, Episode[]>();
  let missing = Number.POSITIVE_INFINITY;
  let dueMs = Number.POSITIVE_INFINITY;
  for (const [group, members] of membersByGroup(version.rule, nodes)) {
    if (members.length < version.rule.count) continue;
    const outages = outagesIn(version.rule, members, fromMs, nowMs);
    missing = Math.min(missing, outages.missing);
    for (const { raisedMs } of outages.spans)
      if (raisedMs > nowMs) dueMs = Math.min(dueMs, raisedMs);
    byGroup.set(
      group,
      outages.spans.flatMap(({ memberCount, members: away, ...span }) => {
        const episode = episodeOf(version, { nodeId: group }, span, nowMs);
        return episode === undefined ? [] : [{ ...episode, memberCount, members: away }];
      }),
    );
  }
  return {
    version,
    /** A group with too few nodes for an outage is not there. */
    byGroup,
    /** How many nodes more would have to be offline now for another outage. */
    missing,
    /**
     * When the next one of what lasts becomes an outage, if nothing changes; infinite if there is
     * none.
     */
    dueMs,
  };
}

function membersByGroup(rule: OutageRule, nodes: Iterable<NodeRecord>): Map<string, Member[]> {
  const byGroup = new Map<string, Member[]>();
  for (const member of nodes) {
    for (const group of groupsOf(rule, nodeFactsOf(member))) {
      const members = byGroup.get(group);
      if (members === undefined) byGroup.set(group, [member]);
      else members.push(member);
    }
  }
  return byGroup;
}

/**
 * A node of a group, and its changes of state, in order. Before the first one, nothing is known of
 * it.
 */
export interface Member {
  readonly nodeId: string;
  readonly transitions: readonly Transition[];
}

/** A node that is offline for longer is not counted: a fleet has nodes that never come back. */
const FORGOTTEN_MS = 7 * DAY_MS;
/** Maximum number of nodes that an alarm lists. */
const MAX_MEMBERS = 100;

/** A time in which the share of a group was offline. */
interface OutageSpan extends Span {
  readonly memberCount: number;
  readonly members: readonly string[];
}

/**
 * Returns the times in which the share of the nodes of a group was offline. They begin and end with
 * the change of a node, to the millisecond.
 *
 * @param fromMs From when on all changes of the members are known, epoch milliseconds.
 * @param nowMs Epoch milliseconds.
 */
export function outagesIn(
  { count, share, forMs }: OutageRule,
  members: readonly Member[],
  fromMs: number,
  nowMs: number,
) {
  const spans: Span[] = [];
  let offline = 0;
  let known = 0;
  let [startMs, missingNow]: [number | undefined, number] = [undefined, Number.POSITIVE_INFINITY];
  const changes = members
    .flatMap(({ transitions }) => memberChanges(transitions))
    .sort((a, b) => a.atMs - b.atMs);
  for (const [index, { atMs, offlineBy, knownBy }] of changes.entries()) {
    offline += offlineBy;
    known += knownBy;
    if (changes[index + 1]?.atMs === atMs) continue;
    const missing = Math.max(count, Math.ceil(share * known - ROUNDING)) - offline;
    if (atMs <= nowMs) missingNow = missing;
    if (missing <= 0) startMs ??= atMs;
    else if (startMs !== undefined) {
      spans.push({ startMs, raisedMs: startMs + forMs, endMs: atMs });
      startMs = undefined;
    }
  }
  if (startMs !== undefined) spans.push({ startMs, raisedMs: startMs + forMs, endMs: undefined });
  const isLongEnough = ({ raisedMs, endMs = raisedMs }: Span) => endMs >= raisedMs;
  const shown = spans.filter((span) => span.startMs >= fromMs && isLongEnough(span));
  // Infinite if no state is known.
  return { spans: shown.map((span) => withMembers(span, members)), missing: missingNow };
}

/** 0.3 of 10 nodes are 3, not 3.0000000000000004. */
const ROUNDING = 1e-9;

/** A change of how many nodes are offline, and of how many the state is known. */
interface MemberChange {
  readonly atMs: number;
  readonly offlineBy: number;
  readonly knownBy: number;
}

function memberChanges(transitions: readonly Transition[]): MemberChange[] {
  const changes: MemberChange[] = [];
  let isKnown = false;
  let isOffline = false;
  for (const [index, { atMs, state }] of transitions.entries()) {
    const isNowOffline = state === "offline";
    changes.push({
      atMs,
      offlineBy: Number(isNowOffline) - Number(isOffline),
      knownBy: Number(!isKnown),
    });
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

function withMembers(span: Span, members: readonly Member[]): OutageSpan {
  const away = members.filter(({ transitions }) => isAway(transitions, span.raisedMs));
  const ids = away.map(({ nodeId }) => nodeId).sort();
  return { ...span, memberCount: ids.length, members: ids.slice(0, MAX_MEMBERS) };
}

function isAway(transitions: readonly Transition[], atMs: number): boolean {
  const last = transitions.findLast((one) => one.atMs <= atMs);
  return last?.state === "offline" && atMs - last.atMs < FORGOTTEN_MS;
}
