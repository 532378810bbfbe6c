/** How much of an erasure is done, or would be. */
export interface ErasureCounts {
  /** Objects of the archive, and older versions of them, that were read. */
  readonly objects: number;
  /** Objects that were written again. */
  readonly rewritten: number;
  /** Older versions of objects that were deleted. */
  readonly versions: number;
  /** Deliveries that have an alias instead of the subject. */
  readonly changed: number;
  /** Deliveries that are no longer in the archive. */
  readonly dropped: number;
  /** Items of tables that were deleted, or have an alias. */
  readonly items: number;
  /** Dead letters that were deleted. */
  readonly letters: number;
  /** Objects whose bytes are broken: their content is not known. */
  readonly unreadable: number;
}

/** Counts of an erasure that has not begun. */
export const NO_COUNTS: ErasureCounts = {
  objects: 0,
  rewritten: 0,
  versions: 0,
  changed: 0,
  dropped: 0,
  items: 0,
  letters: 0,
  unreadable: 0,
};

/** The steps of an erasure, in order. */
export const ERASURE_STEPS = ["tables", "archive", "letters", "done"] as const;
export type ErasureStep = (typeof ERASURE_STEPS)[number];

/** What is kept of an erasure. */
export interface Erasure {
  readonly id: string;
  readonly kind: "node" | "user";
  /** The alias that replaces the subject. Nothing says whose alias it is. */
  readonly alias: string;
  readonly step: ErasureStep;
  /** Present until it is done: whose data is erased. */
  readonly subject?: { readonly id: string; readonly also: readonly string[] } | undefined;
  /** The last object whose lines are done. */
  readonly place?: string | undefined;
  /** All that was published before this time is erased, epoch milliseconds. */
  readonly startedAtMs: number;
  /**
   * When its first search of the tables had ended, epoch milliseconds: what functions do after that, they do
   * without the subject.
   */
  readonly closedAtMs?: number | undefined;
  /** An ARN of AWS. */
  readonly startedBy: string;
  readonly doneAtMs?: number | undefined;
  /** By then, the last copy is gone that cannot be deleted at once. */
  readonly goneAtMs?: number | undefined;
  readonly counts: ErasureCounts;
  readonly version: number;
}
