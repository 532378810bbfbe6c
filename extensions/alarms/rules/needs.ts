import type { SeriesRecord } from "@rainhooks/core/decode/time-series";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "@rainhooks/core/durations";
import type { TableAccess } from "@rainhooks/dynamodb/read-all";
import { judgeByBounds } from "../kinds/values.ts";
import type { Rule, RuleVersion } from "../rule/rule.ts";
import { LATE_MS, type MarkPolicy } from "../stores/needs-evaluation.ts";
import { readWatchRules, versionsOf, WATCH_RULES_CACHE_MS, type WatchRuleHistory } from "./rule-store.ts";

/** Returns whether a sweep has to look at a series because of points that were written. */
type SeriesMarker = (
  name: string,
  points: readonly Pick<SeriesRecord, "atMs" | "value">[],
  nowMs: number,
) => boolean;

/** How long after its end a version is still evaluated, for events that come late. */
export const LOOK_BACK_MS = 15 * DAY_MS;

/**
 * Returns the versions of rules about nodes that can have alarms that began after a time, or that are still
 * to begin.
 */
export function nodeVersions(rules: readonly WatchRuleHistory[], afterMs: number): RuleVersion[] {
  return rules.flatMap(versionsOf).filter(({ untilMs = Number.POSITIVE_INFINITY }) => untilMs > afterMs);
}

/** Returns since when rules are in force, epoch milliseconds: `nowMs` if none is. */
export function inForceSinceMs(rules: readonly WatchRuleHistory[], nowMs: number): number {
  return Math.min(nowMs, ...nodeVersions(rules, nowMs).map(({ fromMs }) => fromMs));
}

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
 * Returns a function that reads rules and keeps what `derive` makes of them for a minute. A change begins to
 * hold later than that, so it is known to every function in time for an event that was published under it.
 *
 * @param fallback What is returned when the rules cannot be read, until they can.
 */
function cachedFromRules<T>(
  table: TableAccess,
  derive: (rules: readonly WatchRuleHistory[], nowMs: number) => T,
  fallback: T,
  nowMs: () => number = Date.now,
): (publishedMs: number) => Promise<T> {
  let cached: { readonly value: T; readonly readAtMs: number } | undefined;
  return async (publishedMs) => {
    const untilMs = Math.min(publishedMs, nowMs());
    if (cached !== undefined && untilMs < cached.readAtMs + WATCH_RULES_CACHE_MS) return cached.value;
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
export function nodeMarks(
  table: TableAccess,
  nowMs: () => number = Date.now,
): (publishedMs: number) => Promise<MarkPolicy | undefined> {
  return cachedFromRules<MarkPolicy | undefined>(table, markPolicyOf, EVERYTHING, nowMs);
}

/** Returns what the sink of time series needs to mark series. When rules cannot be read, all are marked. */
export function seriesMarks(
  table: TableAccess,
  nowMs: () => number = Date.now,
): (publishedMs: number) => Promise<SeriesMarker | undefined> {
  return cachedFromRules<SeriesMarker | undefined>(table, seriesMarkerOf, () => true, nowMs);
}

/** Returns which points rules have to look at; `undefined` if no rule is about a series. */
function seriesMarkerOf(rules: readonly WatchRuleHistory[], nowMs: number): SeriesMarker | undefined {
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
 * Returns true if a value can begin or prolong an alarm. What a rule compares with other values, or by a
 * condition, is not known here: functions that only mark have no CEL.
 */
function isSuspect(rule: Rule, value: unknown): boolean {
  return rule.kind !== "threshold" || rule.when !== undefined || judgeByBounds(rule, value) !== "in";
}
