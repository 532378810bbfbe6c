import { formatTable } from "@rainhooks/stage/terminal/format-table";
import type { LetterOutcome, LetterResult } from "../dead-letters/outcomes.ts";

/** What came of a letter, for people. */
export const OUTCOME_TEXTS: Readonly<Record<LetterOutcome, string>> = {
  handled: "handled",
  failed: "failed again",
  pending: "not known yet",
};

/**
 * Returns how many letters that were sent again had which outcome, and a table of those that were not
 * handled: of the first ones, with `maxRows`.
 */
export function redrivenText(
  results: readonly LetterResult[],
  maxRows: number = Number.POSITIVE_INFINITY,
): string {
  const of = (outcome: LetterOutcome) => results.filter((result) => result.outcome === outcome);
  const line = (["handled", "failed", "pending"] as const)
    .map((outcome) => ({ outcome, all: of(outcome) }))
    .filter(({ all }) => all.length > 0)
    .map(({ outcome, all }) => `${all.length.toLocaleString("en-US")} ${OUTCOME_TEXTS[outcome]}`)
    .join(", ");
  const unhandled = [...of("failed"), ...of("pending")];
  const rows = unhandled
    .slice(0, maxRows)
    .map(({ letter, outcome, failure }) => [
      letter.deliveryId,
      OUTCOME_TEXTS[outcome],
      failure?.errorCode ?? "-",
      failure?.reason ?? "-",
    ]);
  return rows.length === 0
    ? line
    : `${line}\n${formatTable(["delivery", "outcome", "error", "reason"], rows)}${unhandled.length > rows.length ? "\n…" : ""}`;
}
