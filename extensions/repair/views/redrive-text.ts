import { countText } from "@rainhooks/core/count-text";
import type { CallPlace } from "@rainhooks/stage/operations/operation";
import type { DeadLetterMessage } from "@rainhooks/stage/read-dead-letters";
import { formatTable } from "@rainhooks/stage/terminal/format-table";
import type { DeadLetterOutcome, DeadLetterResult } from "../dead-letters/outcomes.ts";

/** Columns of results for other programs. */
export const RESULT_HEADER = ["messageId", "deliveryId", "outcome", "errorCode", "reason"] as const;

/** Returns a result as other programs get it. */
export function resultOf({
  letter: { messageId, deliveryId },
  outcome,
  failure,
}: DeadLetterResult) {
  const { errorCode, reason } = failure ?? {};
  return { messageId, deliveryId, outcome, errorCode, reason };
}

/** What came of a letter, for people. */
const OUTCOME_TEXTS: Readonly<Record<DeadLetterOutcome, string>> = {
  handled: "handled",
  failed: "failed again",
  pending: "not known yet",
};

/**
 * Returns how many letters that were sent again had which outcome, and a table of those that were
 * not handled: of the first ones, with `maxRows`.
 */
function redrivenText(results: readonly DeadLetterResult[], maxRows: number): string {
  const of = (outcome: DeadLetterOutcome) => results.filter((result) => result.outcome === outcome);
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

/** What came of dead letters that were moved. */
export interface RedrivenDeadLetters {
  /** Message ids that were named, and are not in the queue. */
  readonly missing: number;
  readonly moved: number;
  readonly kept: readonly DeadLetterMessage[];
  /** Whether some of them were back before the last one was moved. */
  readonly isBack: boolean;
  readonly results: readonly DeadLetterResult[];
}

/** Letters that were not handled, of which the page says more. */
const MAX_ROWS = 20;

/** Says how many were moved, and what came of them. */
export function redriveText(
  { missing, moved, kept, results }: RedrivenDeadLetters,
  webhook: string,
  { caller }: CallPlace,
): string {
  const head = `${countText(moved, "dead letter")} moved back to the queue of ${webhook}`;
  if (caller.door === "terminal") {
    const unmoved = kept.length === 0 ? "" : `, ${kept.length} not moved${otherCodesText(kept)}`;
    return [`${head}${unmoved}`, redrivenText(results, Number.POSITIVE_INFINITY)]
      .filter(Boolean)
      .join("\n");
  }
  const others = missing === 0 ? "" : `, ${missing} not found in its dead-letter queue`;
  return `${head}${others}${results.length === 0 ? "" : `: ${redrivenText(results, MAX_ROWS)}`}`;
}

/** Says in the terminal where to look for what was not handled. */
export function redriveNotes(
  { results, isBack }: RedrivenDeadLetters,
  webhook: string,
  { caller, onStage }: CallPlace,
): string[] {
  const isHandled = !isBack && results.every(({ outcome }) => outcome === "handled");
  if (isHandled || caller.door !== "terminal") return [];
  const pending = results.some(({ outcome }) => outcome === "pending")
    ? "What is not known yet waits in the queue, or other messages there hide that it was handled. "
    : "";
  return [`${pending}See "rainhooks dlq show ${webhook}${onStage}".`];
}

/**
 * Lists the error codes of letters that were not chosen, which helps when a code was mistyped;
 * empty when there are none.
 */
export function otherCodesText(others: readonly DeadLetterMessage[]): string {
  const byCode = Map.groupBy(others, ({ errorCode = "without a code" }) => errorCode);
  const codes = [...byCode].map(([code, letters]) => `${letters.length} ${code}`);
  return codes.length === 0 ? "" : `: ${codes.join(", ")}`;
}
