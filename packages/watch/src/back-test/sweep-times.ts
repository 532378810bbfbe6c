import { MINUTE_MS } from "@rainhooks/core";
import type { Rule } from "../rule/rule.ts";
import type { NodeEvents } from "./node-events.ts";

/** Returns the sweeps that can find something new of a node: those after an event was published, and those at which a duration has passed. */
export function sweepTimes(node: NodeEvents, rule: Rule, intervalMs: number, toMs: number): number[] {
  const series = "series" in rule ? rule.series : undefined;
  const times = [
    ...node.publishedMs(series),
    ...(series === undefined ? dueTimes(node, rule, intervalMs) : []),
  ];
  return sweepsAfter(times, toMs);
}

/** Returns the sweeps that come first after some times, in order: there is one each minute, until `toMs`. */
export function sweepsAfter(times: readonly number[], toMs: number): number[] {
  const sweeps = new Set(times.map((atMs) => Math.ceil(atMs / MINUTE_MS) * MINUTE_MS));
  return [...sweeps].filter((atMs) => atMs <= toMs).sort((a, b) => a - b);
}

function dueTimes(node: NodeEvents, rule: Rule, intervalMs: number): number[] {
  const durationMs = rule.kind === "flapping" ? rule.windowMs : "forMs" in rule ? rule.forMs : 0;
  // Silence begins with the end of an interval.
  if (rule.kind === "silent") return node.heard().map(({ atMs }) => atMs + intervalMs + durationMs);
  return node.connections().map(({ atMs }) => atMs + durationMs);
}
