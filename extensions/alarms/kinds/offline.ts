import type { Span } from "../episode.ts";
import type { NodeHistory } from "../history.ts";
import type { OfflineRule } from "../rule/rule.ts";

/** Returns the times for which a node was offline for long enough. */
export function offlineSpans({ forMs }: OfflineRule, { transitions }: NodeHistory): Span[] {
  return transitions.flatMap(({ state, atMs }, index) => {
    const endMs = transitions[index + 1]?.atMs;
    if (state !== "offline" || (endMs !== undefined && endMs - atMs < forMs)) return [];
    return [{ startMs: atMs, raisedMs: atMs + forMs, endMs }];
  });
}
