import type { Span } from "../episode.ts";
import type { NodeHistory } from "../history.ts";
import type { SilentRule } from "../rule/rule.ts";

/**
 * Returns the times for which a node sent nothing for long enough. It is known to the interval when a node
 * sent something: silence begins with the end of one interval and ends with the start of the next one. A node
 * that has never sent anything is not silent.
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
 * From which start on silences are known, epoch milliseconds: from the first time that the node is known to
 * have sent something, whatever is known of its connection.
 */
export function silentFromMs({ heard }: Pick<NodeHistory, "heard">): number {
  const firstMs = heard?.beforeMs ?? heard?.intervals[0];
  return heard === undefined || firstMs === undefined ? Number.POSITIVE_INFINITY : firstMs + heard.intervalMs;
}
