import { RainhooksError, toRainhooksError } from "@rainhooks/core/errors";
import { attemptInTime, checkLimits } from "./in-time.ts";
import type { Sink } from "./sink.ts";

/** What the function of {@link perItem} is told besides the value. */
export interface ItemContext {
  /** Id of the item: the id of its record. */
  readonly id: string;
  /** Aborted when the time of the item is up; for `fetch` and others that accept a signal. */
  readonly signal: AbortSignal;
}

/** Options of {@link perItem}. */
export interface PerItemOptions {
  /** Maximum calls of the function at once. @defaultValue 10 */
  readonly concurrency?: number;
  /**
   * Maximum time of one call, in milliseconds; never more than half of the time that the batch has.
   * @defaultValue 10,000
   */
  readonly timeoutMs?: number;
}

/**
 * Makes a sink of a function that handles one value. A call that returns has written its item. A
 * call that throws fails its item and no other:
 *
 * - A `RainhooksError` that is `permanent` sends the record to the dead-letter queue at once, with
 *   its message as the reason. Any other `RainhooksError` has it retried, not before its
 *   `retryAfterS`.
 * - A `RangeError` or `URIError` is permanent: the JavaScript engine cannot process the value.
 * - Anything else has the record retried.
 *
 * A call that takes too long fails its item, which is retried. Items for which no time is left are
 * delivered again without counting as failed. A record can be delivered more than once, so calling
 * the function again must do no harm.
 *
 * @param run Called once for each item, several at a time.
 * @param options Limits.
 * @returns A sink for {@link Sink.write}.
 * @throws {RainhooksError} `config-invalid` for limits that are out of range.
 *
 * @example
 * ```ts
 * import { perItem } from "@rainhooks/webhook/sinks";
 *
 * const rung: string[] = [];
 * const sink = perItem<string>(async (door) => {
 *   if (door === "") throw new TypeError("no door");
 *   rung.push(door);
 * });
 * const failures = await sink.write([{ id: "1", value: "front" }, { id: "2", value: "" }]);
 * console.log(rung, failures.map(({ id }) => id)); // [ 'front' ] [ '2' ]
 * ```
 */
export function perItem<Value>(
  run: (value: Value, context: ItemContext) => Promise<void>,
  { concurrency = 10, timeoutMs = 10_000 }: PerItemOptions = {},
): Sink<Value> {
  checkLimits({ concurrency, timeoutMs });
  return {
    write: (items, context) =>
      attemptInTime(items, {
        concurrency,
        timeoutMs,
        context,
        attempt: async ({ id, value }, attemptMs) => {
          try {
            await withSignal(attemptMs, (signal) => run(value, { id, signal }));
            return undefined;
          } catch (thrown) {
            return { id, error: toRainhooksError(thrown) };
          }
        },
      }),
  };
}

/** Runs a function for a limited time; then aborts its signal and rejects. */
async function withSignal(
  timeoutMs: number,
  run: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const controller = new AbortController();
  const late = new RainhooksError(
    "sink-unavailable",
    `The function did not finish within ${Math.round(timeoutMs)} ms.`,
  );
  const { promise: timeUp, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(late);
    controller.abort(late);
  }, timeoutMs);
  try {
    await Promise.race([run(controller.signal), timeUp]);
  } finally {
    clearTimeout(timer);
  }
}
