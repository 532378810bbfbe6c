import { mapLimited } from "@rainhooks/core/collections";
import { RainhooksError } from "@rainhooks/core/errors";
import { countField, firstMistake } from "@rainhooks/core/fields";
import { NOT_ATTEMPTED } from "./not-attempted.ts";
import type { Item, ItemFailure, WriteContext } from "./sink.ts";

/** How the items of a batch are attempted. */
export interface InTimeOptions<Value> {
  /** Maximum attempts at once. */
  readonly concurrency: number;
  /** Maximum time of one attempt. */
  readonly timeoutMs: number;
  readonly context: WriteContext | undefined;
  /** Attempts one item in `timeoutMs`. Never throws. */
  readonly attempt: (item: Item<Value>, timeoutMs: number) => Promise<ItemFailure | undefined>;
}

/**
 * Attempts each item once, within the time of the batch. An attempt has `timeoutMs`, but not more
 * than half of the batch's time, and starts only if all of that is still left, so that a failure is
 * never due to the attempts before it. Items whose attempt cannot start fail with `not-attempted`.
 */
export async function attemptInTime<Value>(
  items: readonly Item<Value>[],
  { concurrency, timeoutMs, context, attempt }: InTimeOptions<Value>,
): Promise<ItemFailure[]> {
  const remainingMs = context?.remainingMs ?? (() => Number.POSITIVE_INFINITY);
  const attemptMs = Math.min(timeoutMs, remainingMs() / 2);
  const failures = await mapLimited(items, concurrency, async (item) =>
    attemptMs > 0 && remainingMs() >= attemptMs
      ? attempt(item, attemptMs)
      : { id: item.id, error: NOT_ATTEMPTED },
  );
  return failures.filter((failure) => failure !== undefined);
}

/** Maximum of `concurrency`. */
const MAX_CONCURRENCY = 1000;
/** Maximum of `timeoutMs`: the maximum timeout of a Lambda function, 15 minutes. */
const MAX_TIMEOUT_MS = 900_000;

/**
 * Checks the limits that an author has chosen.
 *
 * @throws {RainhooksError} `config-invalid`
 */
export function checkLimits({
  concurrency,
  timeoutMs,
}: Pick<InTimeOptions<never>, "concurrency" | "timeoutMs">) {
  const mistake = firstMistake({
    concurrency: countField(1, MAX_CONCURRENCY)(concurrency),
    timeoutMs: countField(1, MAX_TIMEOUT_MS)(timeoutMs),
  });
  if (mistake !== undefined) throw new RainhooksError("config-invalid", `${mistake}.`);
}
