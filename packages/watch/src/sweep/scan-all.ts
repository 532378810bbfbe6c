import { MINUTE_MS } from "@rainhooks/core";
import { scanNodeRecords } from "@rainhooks/node-status";
import { evaluate } from "../evaluate.ts";
import { connectionVersions, heldHistory } from "./evaluate-node.ts";
import type { Sweep } from "./parts.ts";
import type { Subjects } from "./subjects.ts";

/** In how many parts all nodes are looked at, one in a minute. */
const PARTS = 60;

/**
 * Adds the nodes whose rows show an alarm that lasts. Each node is looked at once an hour: this finds nodes that are silent, which no index has,
 * and what began before its rule.
 */
export async function addFromScan(
  sweep: Sweep,
  { nodes }: Subjects,
  sweptMs: number | undefined,
): Promise<void> {
  const { tables, nowMs, fleet } = sweep;
  const versions = connectionVersions(sweep, nowMs);
  if (versions.length === 0) return;
  const minute = Math.floor(nowMs / MINUTE_MS);
  const before = sweptMs === undefined ? minute - 1 : Math.floor(sweptMs / MINUTE_MS);
  for (let part = Math.max(before + 1, minute - PARTS + 1); part <= minute; part += 1) {
    for await (const record of scanNodeRecords(tables.nodes, { index: part % PARTS, count: PARTS })) {
      const history = heldHistory(sweep, fleet?.get(record.nodeId) ?? record, 0);
      const episodes = versions.flatMap((version) => evaluate(version, history, nowMs).slice(-1));
      if (episodes.some(({ ended }) => ended === undefined)) nodes.add(record.nodeId);
    }
  }
}
