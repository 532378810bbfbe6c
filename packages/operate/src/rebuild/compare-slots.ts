import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { otherSlot, type Slot, slotTableName } from "@rainhooks/dynamodb";
import type { FactModel } from "@rainhooks/sinks";
import { compareNode, type FactDifference } from "../verify/compare-node.ts";
import { FactSpool } from "../verify/fact-spool.ts";
import { BUCKETS } from "../verify/partitions.ts";
import { readTables } from "../verify/read-tables.ts";

/** What a switch from the live slot to the other would change. */
export interface SlotComparison {
  /** Facts that only the live slot has, from before the archive: a switch would lose them. */
  readonly lost: number;
  /** Facts that only the other slot has. */
  readonly added: number;
  /** Facts of the live slot that no archived delivery says, or that have another value. */
  readonly corrected: number;
  /** The first of those that are added or corrected; `stored` is what the live slot has. */
  readonly differences: readonly FactDifference[];
}

/** What a comparison of slots needs. */
export interface CompareSlotsParts {
  readonly model: FactModel;
  /** A client that does not follow slots. */
  readonly client: DynamoDBClient;
  readonly nameOf: (table: string) => string;
  readonly nowMs: () => number;
  readonly folder?: string | undefined;
  readonly onProgress?: (text: string) => void;
}

const MAX_DIFFERENCES = 20;

/**
 * Compares the facts of both slots while events are written to both. The live slot is read first: what it has and the other does not is missing
 * there.
 *
 * @param firstMs When the first archived delivery was published: what is older cannot come from the archive.
 */
export async function compareSlots(
  live: Slot,
  firstMs: number,
  { model, client, nameOf, nowMs, folder, onProgress = () => undefined }: CompareSlotsParts,
): Promise<SlotComparison> {
  const spool = await FactSpool.open(model, () => true, folder === undefined ? {} : { folder });
  try {
    const readAtMs = nowMs();
    for (const [slot, source] of [
      [live, "stored"],
      [otherSlot(live), "archived"],
    ] as const) {
      const inSlot = { client, nameOf: (table: string) => nameOf(slotTableName(table, slot)) };
      await readTables(
        model,
        inSlot,
        spool,
        ({ items }) => onProgress(`reading slot ${slot}: ${items} items`),
        source,
      );
      await spool.flush();
    }
    const found = { lost: 0, added: 0, corrected: 0 };
    const differences: FactDifference[] = [];
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      for (const [nodeId, facts] of await spool.read(bucket)) {
        const compared = compareNode(nodeId, facts, { model, fromMs: firstMs, isFromAsked: false, readAtMs });
        found.lost += compared.unjudged.older;
        for (const one of compared.differences) found[one.kind === "missing" ? "added" : "corrected"] += 1;
        differences.push(...compared.differences.slice(0, MAX_DIFFERENCES - differences.length));
      }
    }
    return { ...found, differences };
  } finally {
    await spool.close();
  }
}
