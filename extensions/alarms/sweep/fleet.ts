import { mapLimited } from "@rainhooks/core/collections";
import { type NodeRecord, readNodeRecord, scanNodeRecords } from "../stores/node-record.ts";
import { MAX_FLEET_NODES } from "../table-use.ts";
import type { Sweep } from "./sweep-parts.ts";

/** In how many parts all nodes are read, and how many of them at once. */
const PARTS = 16;
const PARTS_AT_ONCE = 4;

/**
 * Reads all nodes with their tags, and their changes of state from a time on. A read unit for about 20 nodes.
 *
 * @param fromMs Epoch milliseconds.
 * @returns `undefined` if there are more than {@link MAX_FLEET_NODES}.
 */
export async function readFleet(
  { tables }: Pick<Sweep, "tables">,
  fromMs: number,
  maxNodes = MAX_FLEET_NODES,
): Promise<Map<string, NodeRecord> | undefined> {
  const fleet = new Map<string, NodeRecord>();
  const parts = Array.from({ length: PARTS }, (_, index) => index);
  await mapLimited(parts, PARTS_AT_ONCE, async (index) => {
    for await (const record of scanNodeRecords(tables.nodes, { index, count: PARTS }, true)) {
      if (fleet.size > maxNodes) return;
      const { nodeId } = record;
      const whole = reachesBack(record, fromMs)
        ? record
        : await readNodeRecord(tables.nodes, nodeId, fromMs, true);
      fleet.set(nodeId, whole ?? record);
    }
  });
  return fleet.size > maxNodes ? undefined : fleet;
}

/**
 * Returns true if a row has all changes from a time on, and the state at that time. The row of a node that
 * changes often does not have them all.
 */
export function reachesBack({ movedBeforeMs, transitions }: NodeRecord, fromMs: number): boolean {
  return movedBeforeMs === undefined || (transitions[0]?.atMs ?? Number.POSITIVE_INFINITY) < fromMs;
}
