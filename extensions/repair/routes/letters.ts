import { setTimeout as pause } from "node:timers/promises";
import { counted } from "@rainhooks/core/counted";
import { MINUTE_MS } from "@rainhooks/core/durations";
import type { OperationOptions } from "@rainhooks/stage/operate/progress";
import type { ReachedStage } from "@rainhooks/stage/reached";
import type { JobEnd } from "@rainhooks/stage/routes/jobs";
import * as v from "valibot";
import { letterOutcomes } from "../dead-letters/outcomes.ts";
import { redriveDeadLetters } from "../dead-letters/redrive.ts";
import { redrivenText } from "../views/redrive-text.ts";

/** Dead letters that an action is about at most. */
const MAX_CHOSEN = 1000;
/** Dead letters that are examined for an action: a queue gives them out in no order. */
export const MAX_EXAMINED = 10_000;
/** Letters that were not handled, of which the page says more. */
const MAX_ROWS = 20;
/** How long a redrive waits for what comes of its letters: SQS's counts can be a minute late. */
const MAX_WAIT_MS = 5 * MINUTE_MS;
const MAX_NAME = 100;

const name = v.pipe(v.string(), v.maxLength(MAX_NAME));

/** Dead letters by their message ids: an action is about those that a person has seen. */
export const lettersById = v.object({
  webhook: name,
  ids: v.pipe(v.array(name), v.minLength(1), v.maxLength(MAX_CHOSEN)),
});

/**
 * Moves dead letters back to the queue of their webhook, waits, and says what came of each.
 *
 * @throws {RainhooksError} `input-invalid` for a webhook without a queue.
 */
export async function redriveLetters(
  reached: ReachedStage,
  { webhook, ids }: v.InferOutput<typeof lettersById>,
  { signal }: OperationOptions,
): Promise<JobEnd> {
  const request = { webhook, choice: { messageIds: ids }, limit: MAX_EXAMINED };
  const { moved, kept } = await redriveDeadLetters(reached, request);
  const wait = {
    waitMs: MAX_WAIT_MS,
    nowMs: Date.now,
    pause: (ms: number) => pause(ms, undefined, { signal }),
  };
  const missing = ids.length - moved.length;
  const others = missing === 0 ? "" : `, ${missing} not found in its dead-letter queue`;
  const head = `${counted(moved.length, "dead letter")} moved back to the queue of ${webhook}${others}`;
  const results = await letterOutcomes(reached, { webhook, sent: moved, kept }, wait).catch((error) => {
    if (signal?.aborted === true) return [];
    throw error;
  });
  return {
    text: results.length === 0 ? head : `${head}: ${redrivenText(results, MAX_ROWS)}`,
    failed: missing > 0 || results.some(({ outcome }) => outcome !== "handled"),
  };
}
