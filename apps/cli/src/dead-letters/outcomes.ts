import { setTimeout as pause } from "node:timers/promises";
import { counted } from "@rainhooks/core";
import { type LetterOutcome, type LetterResult, letterOutcomes } from "@rainhooks/operate";
import type { ReachedStage } from "@rainhooks/stage";
import { formatTable } from "@rainhooks/terminal";
import { StatusLine } from "../progress.ts";

/** What came of a letter, for people. */
export const OUTCOMES: Readonly<Record<LetterOutcome, string>> = {
  handled: "handled",
  failed: "failed again",
  pending: "not known yet",
};

/** Waits for what comes of letters, and shows that on a terminal. */
export async function shownOutcomes(
  reached: ReachedStage,
  letters: Parameters<typeof letterOutcomes>[1],
  waitMs: number,
): Promise<LetterResult[]> {
  const status = new StatusLine();
  const results = await letterOutcomes(reached, letters, {
    waitMs,
    nowMs: Date.now,
    pause: (ms) => pause(ms),
    onWaiting: (messages) =>
      status.show(`waiting for ${letters.webhook}: ${counted(messages, "message")} in its queue`),
  });
  status.clear();
  return results;
}

/** Columns of results for other programs. */
export const RESULT_HEADER = ["messageId", "deliveryId", "outcome", "errorCode", "reason"] as const;

/** Returns a result as other programs get it. */
export function resultOf({ letter: { messageId, deliveryId }, outcome, failure }: LetterResult) {
  const { errorCode, reason } = failure ?? {};
  return { messageId, deliveryId, outcome, errorCode, reason };
}

/** Returns how many letters had which outcome, and a table of those that were not handled. */
export function outcomesText(results: readonly LetterResult[]): string {
  const of = (outcome: LetterOutcome) => results.filter((result) => result.outcome === outcome);
  const counts = (["handled", "failed", "pending"] as const).map((outcome) => ({
    outcome,
    all: of(outcome),
  }));
  const line = counts
    .filter(({ all }) => all.length > 0)
    .map(({ outcome, all }) => `${all.length.toLocaleString("en-US")} ${OUTCOMES[outcome]}`)
    .join(", ");
  const rows = [...of("failed"), ...of("pending")].map(({ letter, outcome, failure }) => [
    letter.deliveryId,
    OUTCOMES[outcome],
    failure?.errorCode ?? "-",
    failure?.reason ?? "-",
  ]);
  return rows.length === 0
    ? line
    : `${line}\n${formatTable(["delivery", "outcome", "error", "reason"], rows)}`;
}
