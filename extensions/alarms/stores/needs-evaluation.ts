import type { SeriesRecord } from "@rainhooks/core/decode/time-series";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "@rainhooks/core/durations";
import type { TableAccess } from "@rainhooks/dynamodb/read-all";
import type { Clock, NodeState } from "@rainhooks/node-status/connection";
import { factValue, type NodeFacts } from "@rainhooks/node-status/facts";
import { compareTransitions, type Transition } from "@rainhooks/node-status/transition";
import { judgeByBounds } from "../kinds/values.ts";
import type { Rule } from "../rule/rule.ts";
import {
  LOOK_BACK_MS,
  nodeVersions,
  readWatchRules,
  WATCH_RULES_CACHE_MS,
  type WatchRuleHistory,
} from "../rules/rule-store.ts";
import { heardField } from "./node-fields.ts";

/**
 * What the alarm rules of a stage look for, as far as it decides which changes are marked. Times
 * are in milliseconds.
 */
export interface MarkPolicy {
  /** Shortest time offline of any rule; `undefined` if no rule is about it. */
  readonly offlineMs: number | undefined;
  /**
   * Smallest number of drops, and the longest window of any rule about flapping; `undefined` if
   * there is none.
   */
  readonly flapping: { readonly count: number; readonly windowMs: number } | undefined;
  /** Shortest silence of any rule; `undefined` if no rule is about it. */
  readonly silentMs: number | undefined;
}

/** Changes that are known later than this are marked. A sweep looks back further than this. */
export const LATE_MS = MINUTE_MS;

/**
 * Returns true if a sweep must evaluate a node because of a change of its row. It need not if the
 * newest change is a disconnect that comes in time (the sweep finds it by the index by status), or
 * a connect that ends an outage which was too short for every rule when it became known.
 */
export function needsEvaluation(
  before: NodeFacts | undefined,
  after: NodeFacts,
  policy: MarkPolicy,
  nowMs: number,
): boolean {
  return (
    connectionNeeds(before, after, policy, nowMs) || silenceNeeds(before, after, policy, nowMs)
  );
}

function connectionNeeds(
  before: NodeFacts | undefined,
  after: NodeFacts,
  { offlineMs, flapping }: MarkPolicy,
  nowMs: number,
): boolean {
  if (offlineMs === undefined && flapping === undefined) return false;
  if (newlyClamped(before?.connected, after.connected)) return true;
  if (newlyClamped(before?.disconnected, after.disconnected)) return true;
  const known = before?.recent.transitions ?? [];
  const added = addedTo(known, after.recent.transitions);
  const newest = known.at(-1);
  if (
    added.some(
      ({ atMs }) => (newest !== undefined && atMs <= newest.atMs) || nowMs - atMs > LATE_MS,
    )
  )
    return true;
  let [state, sinceMs]: [NodeState, number] = [newest?.state ?? "unknown", startOfLast(known)];
  for (const transition of added) {
    // An outage was an alarm when nobody knew its end: that is known now, and a sweep may have come
    // between.
    const endMs =
      transition.state === "online"
        ? Math.max(transition.atMs, nowMs + LATE_MS)
        : Number.POSITIVE_INFINITY;
    if (state === "offline" && endMs - sinceMs >= (offlineMs ?? Number.POSITIVE_INFINITY))
      return true;
    [state, sinceMs] = [transition.state, transition.atMs];
  }
  // A connect, too: one that comes at once shows that a drop was none.
  return flapping !== undefined && added.length > 0 && mayFlap(after, flapping);
}

/** Returns when the last state began: of several disconnects in a row, the first one. */
function startOfLast(transitions: readonly Transition[]): number {
  const last = transitions.at(-1);
  const before = transitions.findLastIndex(({ state }) => state !== last?.state);
  return transitions[before + 1]?.atMs ?? Number.POSITIVE_INFINITY;
}

function addedTo(known: readonly Transition[], all: readonly Transition[]): Transition[] {
  return all.filter((one) => !known.some((other) => compareTransitions(one, other) === 0));
}

function newlyClamped(before: Clock | undefined, after: Clock): boolean {
  return before?.clamped?.atMs !== after.clamped?.atMs;
}

/**
 * Returns true if the row does not show that the drops in the window are fewer than any rule
 * counts.
 */
function mayFlap(
  { recent: { transitions, fromMs } }: NodeFacts,
  { count, windowMs }: { readonly count: number; readonly windowMs: number },
): boolean {
  const fromWindowMs = (transitions.at(-1)?.atMs ?? 0) - windowMs;
  if (fromMs !== undefined && fromMs > fromWindowMs) return true;
  return (
    transitions.filter(({ state, atMs }) => state === "offline" && atMs > fromWindowMs).length >=
    count
  );
}

/**
 * A silence that is known only now has begun or ended, or may have been an alarm until now: a
 * silence for which no event comes is found by the scan of all nodes.
 */
function silenceNeeds(
  before: NodeFacts | undefined,
  after: NodeFacts,
  { silentMs }: MarkPolicy,
  nowMs: number,
): boolean {
  const { intervals, intervalMs, beforeMs } = factValue(after, heardField);
  const known = before === undefined ? [] : factValue(before, heardField).intervals;
  const added = intervals.filter((atMs) => !known.includes(atMs));
  if (silentMs === undefined || added.length === 0) return false;
  // The first event of a node can be known so late that its silence is an alarm already.
  const newestMs = known.at(-1) ?? Math.max(...added);
  const isLate = known.length > 0 && added.some((atMs) => atMs < newestMs);
  const wasSilent = nowMs + LATE_MS - newestMs - intervalMs >= silentMs;
  const hasSilence = intervals.some(
    (atMs, index) =>
      added.includes(atMs) &&
      atMs - (intervals[index - 1] ?? beforeMs ?? atMs) - intervalMs >= silentMs,
  );
  return isLate || wasSilent || hasSilence;
}

/** Returns whether a sweep has to look at a series because of points that were written. */
type SeriesMarker = (
  name: string,
  points: readonly Pick<SeriesRecord, "atMs" | "value">[],
  nowMs: number,
) => boolean;

/** When rules cannot be read, whatever any rule could look for is marked. */
const EVERYTHING: MarkPolicy = {
  offlineMs: MINUTE_MS,
  flapping: { count: 2, windowMs: DAY_MS },
  silentMs: HOUR_MS,
};

/** Returns what node status has to mark for rules; `undefined` if there are none. */
function markPolicyOf(rules: readonly WatchRuleHistory[], nowMs: number): MarkPolicy | undefined {
  const all = nodeVersions(rules, nowMs - LOOK_BACK_MS).map(({ rule }) => rule);
  if (all.length === 0) return undefined;
  // Outages need only late changes to be marked, no connects. Series are marked by themselves.
  const offline = all.flatMap((rule) =>
    rule.kind === "offline" ? rule.forMs : rule.kind === "outage" ? Number.POSITIVE_INFINITY : [],
  );
  const silent = all.flatMap((rule) => (rule.kind === "silent" ? rule.forMs : []));
  const flapping = all.filter((rule) => rule.kind === "flapping");
  return {
    offlineMs: minOf(offline),
    silentMs: minOf(silent),
    flapping:
      flapping.length === 0
        ? undefined
        : {
            count: Math.min(...flapping.map(({ count }) => count)),
            windowMs: Math.max(...flapping.map(({ windowMs }) => windowMs)),
          },
  };
}

function minOf(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : Math.min(...values);
}

/**
 * Returns a function that reads rules and keeps what `derive` makes of them for a minute. A change
 * begins to hold later than that, so it is known to every function in time for an event that was
 * published under it.
 *
 * @param fallback What is returned when the rules cannot be read, until they can.
 */
function cachedFromRules<T>(
  table: TableAccess,
  derive: (rules: readonly WatchRuleHistory[], nowMs: number) => T,
  fallback: T,
  nowMs: () => number,
): (publishedMs: number) => Promise<T> {
  let cached: { readonly value: T; readonly readAtMs: number } | undefined;
  return async (publishedMs) => {
    const untilMs = Math.min(publishedMs, nowMs());
    if (cached !== undefined && untilMs < cached.readAtMs + WATCH_RULES_CACHE_MS)
      return cached.value;
    const readAtMs = nowMs();
    try {
      const { rules } = await readWatchRules(table);
      cached = { value: derive(rules, readAtMs), readAtMs };
      return cached.value;
    } catch {
      return fallback;
    }
  };
}

/** Returns what the sink of node status needs to mark changes, so that a sweep evaluates them. */
export function nodeMarks(table: TableAccess, nowMs: () => number) {
  return cachedFromRules<MarkPolicy | undefined>(table, markPolicyOf, EVERYTHING, nowMs);
}

/**
 * Returns what the sink of time series needs to mark series. When rules cannot be read, all are
 * marked.
 */
export function seriesMarks(table: TableAccess, nowMs: () => number) {
  return cachedFromRules<SeriesMarker | undefined>(table, seriesMarkerOf, () => true, nowMs);
}

/** Returns which points rules have to look at; `undefined` if no rule is about a series. */
function seriesMarkerOf(
  rules: readonly WatchRuleHistory[],
  nowMs: number,
): SeriesMarker | undefined {
  const byName = new Map<string, Rule[]>();
  for (const { rule } of nodeVersions(rules, nowMs - LOOK_BACK_MS))
    if ("series" in rule) byName.set(rule.series, [...(byName.get(rule.series) ?? []), rule]);
  if (byName.size === 0) return undefined;
  return (name, points, atMs) => {
    const some = byName.get(name);
    if (some === undefined) return false;
    return points.some(
      (point) => atMs - point.atMs > LATE_MS || some.some((rule) => isSuspect(rule, point.value)),
    );
  };
}

/**
 * Returns true if a value can begin or prolong an alarm. What a rule compares with other values, or
 * by a condition, is not known here: functions that only mark have no CEL.
 */
function isSuspect(rule: Rule, value: unknown): boolean {
  return (
    rule.kind !== "threshold" || rule.when !== undefined || judgeByBounds(rule, value) !== "in"
  );
}
