import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { otherSlot, type Slot, slotTableName } from "@rainhooks/dynamodb/slots/slot";
import type { OperationOptions } from "@rainhooks/stage/operate/progress";
import type { FactModel } from "../facts/fact-model.ts";
import {
  type CompareContext,
  compareNode,
  differenceOf,
  type FactDifference,
} from "../verify/compare-node.ts";
import { FactSpool, type NodeFactValues, readFacts } from "../verify/fact-spool.ts";
import { readTables } from "../verify/read-tables.ts";
import { stableText } from "../verify/stable-text.ts";
import { PARTITIONS, Partitions } from "../work/partitions.ts";

/** What a switch from the live slot to the other would change. */
export interface SlotComparison {
  /**
   * Facts that only the live slot has: from before the archive, or because no archived delivery says them. A
   * switch would lose them.
   */
  readonly lost: number;
  /** Facts that only the other slot has. */
  readonly added: number;
  /**
   * Facts whose value in the live slot is another one, or that an item of the live slot is wrong in itself.
   */
  readonly corrected: number;
  /** The first of those that differ: those that would be lost, then those corrected, then those added. */
  readonly differences: readonly SlotDifference[];
}

/** What a switch would do with a fact that differs. */
type Change = "lost" | "added" | "corrected";

/** A fact that differs; `stored` is what the live slot has. */
export interface SlotDifference extends FactDifference {
  readonly change: Change;
}

/** What a comparison of slots needs. */
export interface CompareSlotsDependencies extends OperationOptions {
  readonly model: FactModel;
  /** A client that does not follow slots. */
  readonly client: DynamoDBClient;
  readonly nameOf: (table: string) => string;
  readonly nowMs: () => number;
  readonly folder?: string | undefined;
}

const MAX_DIFFERENCES = 20;

/**
 * Returns what a switch would do with a fact that differs. What the live slot has in addition may come from a
 * gap of the archive.
 */
function changeOf({ kind, name, archived, stored }: FactDifference, { join, saysWrong }: FactModel): Change {
  if (kind === "missing") return "added";
  if (saysWrong(name)) return "corrected";
  if (archived === undefined || stored === undefined) return "lost";
  const [before, after]: unknown[] = [JSON.parse(stored), JSON.parse(archived)];
  return stableText(join(name, before, after)) === stableText(join(name, before, before))
    ? "lost"
    : "corrected";
}

/**
 * Compares the facts of both slots while events are written to both. The live slot is read first: what it has
 * and the other does not is missing there.
 *
 * @param firstMs When the first archived delivery was published: what is older cannot come from the archive.
 */
export async function compareSlots(
  live: Slot,
  firstMs: number,
  { model, client, nameOf, nowMs, folder, onProgress = () => undefined }: CompareSlotsDependencies,
): Promise<SlotComparison> {
  const files = await Partitions.open(folder);
  const spool = new FactSpool(model, files, () => true);
  try {
    const readAtMs = nowMs();
    for (const [slot, source] of [
      [live, "stored"],
      [otherSlot(live), "archived"],
    ] as const) {
      const inSlot = { client, nameOf: (table: string) => nameOf(slotTableName(table, slot)) };
      onProgress({ step: "read-slot", slot });
      await readTables(model, inSlot, spool, source);
      await spool.flush();
    }
    return await countChanges(files, { model, fromMs: firstMs, isFromAsked: false, readAtMs });
  } finally {
    await files.close();
  }
}

/** Counts what differs in the nodes of all partitions, and keeps the first differences. */
async function countChanges(files: Partitions, context: CompareContext): Promise<SlotComparison> {
  const counts = { lost: 0, added: 0, corrected: 0 };
  const first: Record<Change, SlotDifference[]> = { lost: [], corrected: [], added: [] };
  for (let partition = 0; partition < PARTITIONS; partition += 1) {
    const nodes = await readFacts(files.read(partition), context.model);
    for (const one of [...nodes].flatMap(([nodeId, facts]) => differencesOf(nodeId, facts, context))) {
      counts[one.change] += 1;
      if (first[one.change].length < MAX_DIFFERENCES) first[one.change].push(one);
    }
  }
  const differences = [...first.lost, ...first.corrected, ...first.added].slice(0, MAX_DIFFERENCES);
  return { ...counts, differences };
}

/** Returns what differs in a node. A fact that is older than the archive is in the live slot only. */
function differencesOf(nodeId: string, facts: NodeFactValues, context: CompareContext): SlotDifference[] {
  const { differences, older } = compareNode(nodeId, facts, context);
  const ofOlder = older.map((name) =>
    differenceOf(nodeId, name, facts.get(name) ?? {}, "unexpected", context),
  );
  return [...ofOlder, ...differences].map((one) => ({ ...one, change: changeOf(one, context.model) }));
}
