import { dropsIn } from "../drops/drops-in.ts";
import type { Span } from "../episode.ts";
import type { NodeHistory } from "../history.ts";
import type { FlappingRule } from "../rule/rule.ts";

/**
 * Returns the times in which a node flapped: they begin with the drop that is one too many within the window,
 * and end one window after the last such drop.
 */
export function flappingSpans({ count, windowMs }: FlappingRule, { transitions }: NodeHistory): Span[] {
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
