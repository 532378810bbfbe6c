import { addCounts } from "@rainhooks/core/collections";
import type { FactDifference, NodeComparison } from "./compare-node.ts";
import type { CompareCounts } from "./report.ts";

const MAX_DIFFERENCES = 100;
/** Maximum length of their values: they are sent to functions and back, which take 6 MB. */
const MAX_VALUES_LENGTH = 1_000_000;

/** The comparison of the nodes of a partition. It can be sent to another machine. */
export interface FactComparison {
  readonly counts: CompareCounts;
  /** The first differences. */
  readonly differences: readonly FactDifference[];
}

/** Returns the first differences, up to a number and a length of their values; the first one always. */
export function firstWithin<Difference extends FactDifference>(
  differences: readonly Difference[],
  max: number,
): readonly Difference[] {
  let length = 0;
  const end = differences.slice(0, max).findIndex(({ archived = "", stored = "" }, index) => {
    length += archived.length + stored.length;
    return index > 0 && length > MAX_VALUES_LENGTH;
  });
  return differences.slice(0, end === -1 ? max : end);
}

/** Sums of the comparisons of nodes and partitions. */
export class Totals {
  differences: readonly FactDifference[] = [];
  counts: CompareCounts = {
    nodes: 0,
    equalNodes: 0,
    differentNodes: 0,
    unjudgedNodes: 0,
    facts: 0,
    differentFacts: 0,
    unjudgedFacts: { older: 0, rules: 0, settings: 0 },
    expiredFacts: 0,
  };

  addNode({ compared, differences, unjudged, expired }: NodeComparison): void {
    const { older, rules, settings } = unjudged;
    const isUnjudged = older + rules + settings > 0;
    const isDifferent = differences.length > 0;
    const isNode = compared > 0 || isUnjudged;
    this.#add({
      nodes: isNode ? 1 : 0,
      equalNodes: isNode && !isDifferent && !isUnjudged ? 1 : 0,
      differentNodes: isDifferent ? 1 : 0,
      unjudgedNodes: isUnjudged && !isDifferent ? 1 : 0,
      facts: compared,
      differentFacts: differences.length,
      unjudgedFacts: unjudged,
      expiredFacts: expired,
    });
    this.#addDifferences(differences);
  }

  addPartition({ counts, differences }: FactComparison): void {
    this.#add(counts);
    this.#addDifferences(differences);
  }

  #addDifferences(differences: readonly FactDifference[]): void {
    if (differences.length > 0)
      this.differences = firstWithin([...this.differences, ...differences], MAX_DIFFERENCES);
  }

  #add({ unjudgedFacts, ...counts }: CompareCounts): void {
    const { unjudgedFacts: before, ...sums } = this.counts;
    this.counts = { ...addCounts(sums, counts), unjudgedFacts: addCounts(before, unjudgedFacts) };
  }
}
