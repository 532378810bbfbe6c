import { appliesTo } from "@rainhooks/conditions/condition";
import { HOUR_MS } from "@rainhooks/core/durations";
import type { NodeAttributes } from "@rainhooks/core/node-attributes";
import type { Span } from "../episode.ts";
import { type ConnectionRule, GROUPINGS, type OutageRule } from "../rule/rule.ts";

/** Returns the groups of a rule that a node belongs to, such as `tag:site:pune`. */
export function groupsOf({ by, where }: OutageRule, node: NodeAttributes): string[] {
  if (appliesTo(where, node) !== true) return [];
  if (by === "fleet") return ["fleet"];
  const values = by === "tag" ? node.tags : [node[by]].filter((value) => value !== undefined);
  return values.map((value) => `${by}:${value}`);
}

/** Returns true for a text that can be the id of a group. */
export function isGroupId(id: string): boolean {
  return id === "fleet" || GROUPINGS.some((by) => id.startsWith(`${by}:`));
}

/** When an outage is known to last, epoch milliseconds. */
export interface OutageTime {
  readonly raisedMs: number;
  /** `undefined` while it lasts. */
  readonly endMs: number | undefined;
}

/** An outage of a group. */
export interface Outage extends OutageTime {
  readonly rule: OutageRule;
  readonly version: number;
  readonly group: string;
}

/** Returns the outages of the groups of a node. */
export function outagesOf(outages: readonly Outage[], node: NodeAttributes): Outage[] {
  return outages.filter(({ rule, group }) => groupsOf(rule, node).includes(group));
}

/** Maximum time for which nodes that are still away after an outage are given time to come back. */
const MAX_REST_MS = HOUR_MS;

/**
 * Returns how long after the end of an outage an alarm is raised that was held back meanwhile:
 * nodes have this time to come back.
 */
function restMs(rule: ConnectionRule): number {
  return rule.kind === "flapping" ? 0 : Math.min(rule.forMs, MAX_REST_MS);
}

/**
 * Returns a span as an outage of the node's group leaves it: what would be raised during an outage
 * is raised after it, if it still lasts then. So no alarm of a member is raised in an outage, and
 * this follows from stored history alone.
 *
 * @param fromMs When the version of the rule begins: what began before is raised then.
 */
export function afterOutages(
  span: Span,
  rule: ConnectionRule,
  fromMs: number,
  outages: readonly OutageTime[],
): Span {
  let raisedMs = Math.max(span.raisedMs, fromMs);
  const isIn = (outage: OutageTime) =>
    outage.raisedMs <= raisedMs && raisedMs < (outage.endMs ?? Number.POSITIVE_INFINITY);
  let held = outages.find(isIn);
  if (held === undefined) return span;
  for (; held !== undefined; held = outages.find(isIn))
    raisedMs = (held.endMs ?? Number.POSITIVE_INFINITY) + restMs(rule);
  return { ...span, raisedMs };
}
