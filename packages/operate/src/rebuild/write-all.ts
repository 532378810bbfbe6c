import { RainhooksError, SECOND_MS } from "@rainhooks/core";
import type { Item, Sink } from "@rainhooks/sinks";

const MAX_TRIES = 10;
const MAX_WAIT_MS = 30 * SECOND_MS;

/**
 * Writes all items to a sink, and repeats what fails for a time.
 *
 * @param wait Waits, for milliseconds.
 * @throws {RainhooksError} the failure of an item that cannot be written, except `points-rejected`: its valid points are.
 */
export async function writeAll<Value>(
  sink: Sink<Value>,
  items: readonly Item<Value>[],
  wait: (ms: number) => Promise<unknown>,
): Promise<void> {
  let left = items;
  for (let tries = 1; left.length > 0; tries += 1) {
    const failures = (await sink.write(left)).filter(({ error }) => error.code !== "points-rejected");
    const [permanent] = failures.filter(({ error }) => error.permanent);
    if (permanent !== undefined) throw permanent.error;
    const [first] = failures;
    if (first === undefined) return;
    if (tries === MAX_TRIES) throw givenUp(first.error);
    const failed = new Set(failures.map(({ id }) => id));
    left = left.filter(({ id }) => failed.has(id));
    await wait(Math.min(MAX_WAIT_MS, SECOND_MS * 2 ** (tries - 1)));
  }
}

function givenUp(cause: RainhooksError): RainhooksError {
  return new RainhooksError(cause.code, `${cause.message} It was tried ${MAX_TRIES} times.`, { cause });
}
