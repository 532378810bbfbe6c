import type { FactModel } from "../facts/fact-model.ts";
import {
  type CompareContext,
  compareNode,
  contains,
  differenceOf,
  type FactDifference,
} from "../verify/compare-node.ts";
import { type NodeFactValues, readFacts } from "../verify/fact-spool.ts";
import { firstWithin } from "../verify/report.ts";
import type { WorkJob } from "../work/job.ts";

/** What a switch from the live slot to the other would change. */
export interface SlotComparison {
  /**
   * Facts that only the live slot has: from before the archive, or because no archived delivery
   * says them. A switch would lose them.
   */
  readonly lost: number;
  /** Facts that only the other slot has. */
  readonly added: number;
  /**
   * Facts whose value in the live slot is another one, or that an item of the live slot is wrong in
   * itself.
   */
  readonly corrected: number;
  /**
   * The first of those that differ: those that would be lost, then those corrected, then those
   * added.
   */
  readonly differences: readonly SlotDifference[];
}

/** What a switch would do with a fact that differs. */
type Change = "lost" | "added" | "corrected";

/** A fact that differs; `stored` is what the live slot has. */
export interface SlotDifference extends FactDifference {
  readonly change: Change;
}

const MAX_DIFFERENCES = 20;

/**
 * Returns what a switch would do with a fact that differs. What the live slot has in addition may
 * come from a gap of the archive.
 */
function changeOf({ kind, name, archived, stored }: FactDifference, model: FactModel): Change {
  if (kind === "missing") return "added";
  if (model.saysWrong(name)) return "corrected";
  if (archived === undefined || stored === undefined) return "lost";
  return contains(name, JSON.parse(stored), JSON.parse(archived), model) ? "lost" : "corrected";
}

const ORDER: readonly Change[] = ["lost", "corrected", "added"];

/** Adds the comparisons of several partitions, and keeps the first differences. */
export function addComparisons(all: readonly SlotComparison[]): SlotComparison {
  const sum = (change: Change) => all.reduce((total, one) => total + one[change], 0);
  const differences = all.flatMap((one) => one.differences);
  const inOrder = ORDER.flatMap((change) => differences.filter((one) => one.change === change));
  return {
    lost: sum("lost"),
    added: sum("added"),
    corrected: sum("corrected"),
    differences: firstWithin(inOrder, MAX_DIFFERENCES),
  };
}

/**
 * Compares what was read of the live slot, as stored, and of the other one, as archived, in a
 * partition.
 */
export async function compareInSlots(
  job: WorkJob,
  partition: number,
  times: Pick<CompareContext, "fromMs" | "readAtMs">,
): Promise<SlotComparison> {
  const { model } = job;
  // Both slots are read as a whole, whatever the archive has.
  const context = { ...times, model, isFromAsked: false, isIncomplete: false };
  const nodes = await readFacts(job.read(partition), model);
  const differences = [...nodes].flatMap(([nodeId, facts]) =>
    differencesOf(nodeId, facts, context),
  );
  const count = (change: Change) => differences.filter((one) => one.change === change).length;
  const counts = { lost: count("lost"), added: count("added"), corrected: count("corrected") };
  return addComparisons([{ ...counts, differences }]);
}

/**
 * Returns what differs in a node. A fact that is older than the archive is in the live slot only.
 */
function differencesOf(
  nodeId: string,
  facts: NodeFactValues,
  context: CompareContext,
): SlotDifference[] {
  const { differences, older } = compareNode(nodeId, facts, context);
  const ofOlder = older.map((name) =>
    differenceOf(nodeId, name, facts.get(name) ?? {}, "unexpected", context),
  );
  return [...ofOlder, ...differences].map((one) => ({
    ...one,
    change: changeOf(one, context.model),
  }));
}
