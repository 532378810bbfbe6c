import { setTimeout as pause } from "node:timers/promises";
import { counted } from "@rainhooks/core/counted";
import { StatusLine } from "@rainhooks/stage/commands/progress";
import type { ReachedStage } from "@rainhooks/stage/reached";
import { type LetterResult, letterOutcomes } from "../../dead-letters/outcomes.ts";

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
