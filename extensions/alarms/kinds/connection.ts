import { SECOND_MS } from "@rainhooks/core/durations";
import type { Transition } from "@rainhooks/node-status/transition";
import type { Span } from "../episode.ts";
import type { NodeHistory } from "../history.ts";
import type { FlappingRule, OfflineRule, SilentRule } from "../rule/rule.ts";

/** Returns the times for which a node was offline for long enough. */
export function offlineSpans({ forMs }: OfflineRule, { transitions }: NodeHistory): Span[] {
  return transitions.flatMap(({ state, atMs }, index) => {
    const endMs = transitions[index + 1]?.atMs;
    if (state !== "offline" || (endMs !== undefined && endMs - atMs < forMs)) return [];
    return [{ startMs: atMs, raisedMs: atMs + forMs, endMs }];
  });
}

/**
 * Returns the times for which a node sent nothing for long enough. It is known to the interval when
 * a node sent something: silence begins with the end of one interval and ends with the start of the
 * next one. A node that has never sent anything is not silent.
 */
export function silentSpans({ forMs }: SilentRule, { heard }: NodeHistory): Span[] {
  if (heard === undefined) return [];
  const { intervals, beforeMs, intervalMs } = heard;
  const starts = beforeMs === undefined ? intervals : [beforeMs, ...intervals];
  return starts.flatMap((atMs, index) => {
    const startMs = atMs + intervalMs;
    const endMs = starts[index + 1];
    if (endMs !== undefined && endMs - startMs < forMs) return [];
    return [{ startMs, raisedMs: startMs + forMs, endMs }];
  });
}

/**
 * From which start on silences are known, epoch milliseconds: from the first time that the node is
 * known to have sent something, whatever is known of its connection.
 */
export function silentFromMs({ heard }: Pick<NodeHistory, "heard">): number {
  const firstMs = heard?.beforeMs ?? heard?.intervals[0];
  return heard === undefined || firstMs === undefined
    ? Number.POSITIVE_INFINITY
    : firstMs + heard.intervalMs;
}

/**
 * Returns the times in which a node flapped: they begin with the drop that is one too many within
 * the window, and end one window after the last such drop.
 */
export function flappingSpans(
  { count, windowMs }: FlappingRule,
  { transitions }: NodeHistory,
): Span[] {
  const drops = dropsIn(transitions);
  const spans: { startMs: number; raisedMs: number; endMs: number }[] = [];
  for (const [index, atMs] of drops.entries()) {
    const firstMs = drops[index - count + 1];
    if (firstMs === undefined || atMs - firstMs >= windowMs) continue;
    const last = spans.at(-1);
    if (last !== undefined && atMs < last.endMs) last.endMs = atMs + windowMs;
    else spans.push({ startMs: atMs, raisedMs: atMs, endMs: atMs + windowMs });
  }
  return spans;
}

/**
 * A node that is back sooner has not dropped: its new session took over from the old one, as when
 * it changes its access point. AWS IoT then reports the end of the old session and the start of the
 * new one within moments. An ESP32 takes longer to connect again.
 */
const TAKE_OVER_MS = SECOND_MS;

/** Returns when a node dropped, epoch milliseconds. A take-over of its session is no drop. */
export function dropsIn(transitions: readonly Transition[]): number[] {
  return transitions.flatMap(({ state, atMs }, index) => {
    const backMs = transitions[index + 1]?.atMs ?? Number.POSITIVE_INFINITY;
    return state === "offline" && backMs - atMs >= TAKE_OVER_MS ? [atMs] : [];
  });
}

/** By what drops of nodes are counted. */
export const DROP_GROUPINGS = ["firmware", "type", "model", "tag"] as const;

/** What the nodes of a group have in common. */
export type DropGrouping = (typeof DROP_GROUPINGS)[number];
