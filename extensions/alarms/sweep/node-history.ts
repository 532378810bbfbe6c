import type { NodeHistory } from "../history.ts";
import { outagesOf } from "../outage/hold.ts";
import type { Rule } from "../rule/rule.ts";
import { type NodeRecord, nodeFactsOf } from "../stores/node-record.ts";
import type { Sweep } from "./sweep.ts";

/**
 * Returns the history of a node, for rules about it. Before its first known change of state, nothing is known
 * of its connection; when it has sent something does not depend on that.
 */
export function historyOf(record: NodeRecord, fromMs: number): NodeHistory {
  const { disconnectReason, heard, transitions } = record;
  return {
    node: nodeFactsOf(record),
    fromMs: Math.max(fromMs, transitions[0]?.atMs ?? fromMs),
    transitions,
    ...(disconnectReason === undefined ? {} : { disconnect: disconnectReason }),
    heard: heard.intervalMs === 0 ? undefined : heard,
  };
}

/** Returns the history of a node with the outages of its groups. */
export function historyWithOutages(
  { outages }: Pick<Sweep, "outages">,
  record: NodeRecord,
  fromMs: number,
): NodeHistory {
  const history = historyOf(record, fromMs);
  return outages.length === 0 ? history : { ...history, outages: outagesOf(outages, history.node) };
}

/**
 * Returns true if the index by status shows when a node has been offline for long enough, or it is not
 * offline.
 */
export function isInIndex({ transitions }: NodeHistory, offlineSinceMs: number | undefined): boolean {
  const last = transitions.at(-1);
  return last === undefined || last.state === "online" || last.atMs === offlineSinceMs;
}

/** Returns true if an alarm of a node that would be raised at a time is held back by an outage that lasts. */
export function isHeld({ fleet, outages }: Sweep, nodeId: string, raisedMs: number): boolean {
  const record = fleet?.get(nodeId);
  if (record === undefined) return false;
  const lasting = outages.filter((outage) => outage.endMs === undefined && outage.raisedMs <= raisedMs);
  return lasting.length > 0 && outagesOf(lasting, nodeFactsOf(record)).length > 0;
}

/** Returns whether the tags of a node decide whether a rule is about it. */
export function needsTags(rule: Rule): boolean {
  return asksForTags(rule) || (rule.kind === "outage" && rule.by === "tag");
}

/** Returns whether the condition of a rule or of a maintenance window asks for tags. */
export function asksForTags({ where }: { readonly where?: string | undefined }): boolean {
  return where?.includes("tags") === true;
}
