import type { FactDifference, UnjudgedReason } from "./compare-node.ts";
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

/** What became of the archived deliveries that were read. */
export interface DeliveryCounts {
  readonly objects: number;
  /** Lines with a delivery for the webhook in the range: one that is archived twice counts twice. */
  readonly read: number;
  /** Of these: what follows from them must be in the tables. */
  readonly handled: number;
  readonly filtered: number;
  readonly undecodable: number;
  /** Published after the end: what follows from them may be in the tables. */
  readonly younger: number;
  /** The rules or subscriptions of their time are not known. */
  readonly unknown: number;
  /** Lines and objects of the archive that cannot be read. */
  readonly unreadable: number;
}

/** Counts of an archive of which nothing was read. */
export const NO_DELIVERIES: DeliveryCounts = {
  objects: 0,
  read: 0,
  handled: 0,
  filtered: 0,
  undecodable: 0,
  younger: 0,
  unknown: 0,
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
  readonly deliveries: DeliveryCounts;
  readonly tables: TablesRead;
  /** The first differences. */
  readonly differences: readonly ExplainedDifference[];
  /** Places in the archive that cannot be read; the first few. */
  readonly problems: readonly string[];
}

/** Whether tables are equal to what was archived. */
export type VerifyOutcome = "equal" | "different" | "unjudged";

/**
 * Returns the outcome of a verification. It is never `equal` if nothing was compared, or if something that
 * was asked for cannot be judged.
 *
 * @param isFromAsked True if somebody has asked for a range that begins there: then nothing older was asked
 * for.
 */
export function outcomeOf(
  { differentFacts, facts, unjudgedFacts, deliveries }: VerifyReport,
  isFromAsked: boolean,
): VerifyOutcome {
  if (differentFacts > 0) return "different";
  const { older, rules, settings } = unjudgedFacts;
  const unjudged = rules + settings + deliveries.unknown + deliveries.unreadable + (isFromAsked ? 0 : older);
  return facts === 0 || unjudged > 0 ? "unjudged" : "equal";
}
