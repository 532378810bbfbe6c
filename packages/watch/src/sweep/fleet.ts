import { mapLimited } from "@rainhooks/core";
import { type NodeRecord, readNodeRecord, scanNodeRecords } from "@rainhooks/node-status";
import type { Sweep } from "./parts.ts";

/** In how many parts all nodes are read, and how many of them at once. */
const PARTS = 16;
const PARTS_AT_ONCE = 4;

/**
 * Reads all nodes with their tags, and their changes of state from a time on. A read unit for about 20 nodes.
 *
 * @param fromMs Epoch milliseconds.
 */
export async function readFleet({ tables }: Sweep, fromMs: number): Promise<Map<string, NodeRecord>> {
  const fleet = new Map<string, NodeRecord>();
  const parts = Array.from({ length: PARTS }, (_, index) => index);
  await mapLimited(parts, PARTS_AT_ONCE, async (index) => {
    for await (const record of scanNodeRecords(tables.nodes, { index, count: PARTS }, true)) {
      const { nodeId } = record;
      const whole = reachesBack(record, fromMs)
        ? record
        : await readNodeRecord(tables.nodes, nodeId, fromMs, true);
      fleet.set(nodeId, whole ?? record);
    }
  });
  return fleet;
}

/** Returns true if a row has all changes from a time on, and the state then. A node that changes often does not. */
function reachesBack({ movedBeforeMs, transitions }: NodeRecord, fromMs: number): boolean {
  return movedBeforeMs === undefined || (transitions[0]?.atMs ?? Number.POSITIVE_INFINITY) < fromMs;
}
