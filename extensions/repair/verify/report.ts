import { addCounts } from "@rainhooks/core/collections";
import type { FactDifference, NodeComparison, UnjudgedReason } from "./compare-node.ts";
import type { TablesRead } from "./read-tables.ts";

/** A delivery that says something about a difference. */
export interface ExplainingDelivery {
  readonly id: string;
  /** When SNS took it, epoch milliseconds. */
  readonly sentAtMs: number;
  readonly type: string;
  /** Its object in the archive, and its line. */
  readonly key: string;
  readonly line: number;
}

/** A difference, with the archived deliveries that say what is missing. */
export interface ExplainedDifference extends FactDifference {
  readonly deliveries: readonly ExplainingDelivery[];
}

/** What became of the archived deliveries that were read: of none. */
export const NO_DELIVERIES = {
  objects: 0,
  /**
   * Lines with a delivery for the webhook in the range: one that is archived twice counts twice.
   */
  read: 0,
  /** Of these: what follows from them must be in the tables. */
  handled: 0,
  filtered: 0,
  undecodable: 0,
  /** Published after the end: what follows from them may be in the tables. */
  younger: 0,
  /** The rules or subscriptions of their time are not known. */
  unknown: 0,
  /** Lines and objects of the archive that cannot be read. */
  unreadable: 0,
};

/** Counts of what was compared. */
export interface CompareCounts {
  readonly nodes: number;
  readonly equalNodes: number;
  readonly differentNodes: number;
  /** Nodes of which something cannot be judged, and nothing differs. */
  readonly unjudgedNodes: number;
  /** Facts that were compared: fields, users, tags, alerts, transitions; or points. */
  readonly facts: number;
  readonly differentFacts: number;
  /** Facts that cannot be judged, by reason. */
  readonly unjudgedFacts: Readonly<Record<UnjudgedReason, number>>;
  /** Facts whose time to live is over; they are not compared. */
  readonly expiredFacts: number;
}

/** The result of a verification. */
export interface VerifyReport extends CompareCounts {
  /** The range of times of publishing that was judged. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly deliveries: Readonly<typeof NO_DELIVERIES>;
  readonly tables: TablesRead;
  /** The first differences. */
  readonly differences: readonly ExplainedDifference[];
  /** Places in the archive that cannot be read; the first few. */
  readonly problems: readonly string[];
}

/** Whether tables are equal to what was archived. */
export type VerifyOutcome = "equal" | "different" | "unjudged";

/**
 * Returns the outcome of a verification. It is never `equal` if nothing was compared, or if
 * something that was asked for cannot be judged.
 *
 * @param isFromAsked True if somebody has asked for a range that begins there: then nothing older
 * was asked for.
 */
export function outcomeOf(
  { differentFacts, facts, unjudgedFacts, deliveries }: VerifyReport,
  isFromAsked: boolean,
): VerifyOutcome {
  if (differentFacts > 0) return "different";
  const { older, rules } = unjudgedFacts;
  const unjudged = rules + deliveries.unknown + deliveries.unreadable + (isFromAsked ? 0 : older);
  return facts === 0 || unjudged > 0 ? "unjudged" : "equal";
}

const MAX_DIFFERENCES = 100;
/** Maximum length of their values: they are sent to functions and back, which take 6 MB. */
const MAX_VALUES_LENGTH = 1_000_000;

/** The comparison of the nodes of a partition. It can be sent to another machine. */
export interface FactComparison {
  readonly counts: CompareCounts;
  /** The first differences. */
  readonly differences: readonly FactDifference[];
}

/**
 * Returns the first differences, up to a number and a length of their values; the first one always.
 */
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
    unjudgedFacts: { older: 0, rules: 0, unreadable: 0 },
    expiredFacts: 0,
  };

  addNode({ compared, differences, unjudged, expired }: NodeComparison): void {
    const isUnjudged = Object.values(unjudged).some((count) => count > 0);
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
