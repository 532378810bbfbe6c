import { mapLimited } from "@rainhooks/core/collections";
import { type NodeRecord, wholeRecords } from "../stores/node-record.ts";
import { MAX_FLEET_NODES } from "../table-use.ts";
import type { SweepStart } from "./sweep.ts";

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
  { tables }: Pick<SweepStart, "tables">,
  fromMs: number,
  maxNodes = MAX_FLEET_NODES,
): Promise<Map<string, NodeRecord> | undefined> {
  const fleet = new Map<string, NodeRecord>();
  const parts = Array.from({ length: PARTS }, (_, index) => index);
  await mapLimited(parts, PARTS_AT_ONCE, async (index) => {
    for await (const record of wholeRecords(tables.nodes, { index, count: PARTS }, fromMs, true)) {
      if (fleet.size > maxNodes) return;
      fleet.set(record.nodeId, record);
    }
  });
  return fleet.size > maxNodes ? undefined : fleet;
}
