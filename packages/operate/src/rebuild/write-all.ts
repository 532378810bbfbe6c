import { RainhooksError, SECOND_MS } from "@rainhooks/core";
import type { Item, Sink } from "@rainhooks/sinks";

const MAX_TRIES = 10;
const MAX_WAIT_MS = 30 * SECOND_MS;

/**
 * Writes all items to a sink, and repeats for a time what fails.
 *
 * @param wait Waits, for milliseconds.
 * @returns The ids of items that the sink can never take. Of one with `points-rejected`, the valid points are written.
 * @throws {RainhooksError} the failure of an item that could not be written in time.
 */
export async function writeAll<Value>(
  sink: Sink<Value>,
  items: readonly Item<Value>[],
  wait: (ms: number) => Promise<unknown>,
): Promise<string[]> {
  let left = items;
  const refused: string[] = [];
  for (let tries = 1; left.length > 0; tries += 1) {
    const failures = await sink.write(left);
    const temporary = failures.filter(({ error }) => !error.permanent);
    for (const { id, error } of failures)
      if (error.permanent && error.code !== "points-rejected") refused.push(id);
    const [first] = temporary;
    if (first === undefined) break;
    if (tries === MAX_TRIES) throw givenUp(first.error);
    const failed = new Set(temporary.map(({ id }) => id));
    left = left.filter(({ id }) => failed.has(id));
    await wait(Math.min(MAX_WAIT_MS, SECOND_MS * 2 ** (tries - 1)));
  }
  return refused;
}

function givenUp(cause: RainhooksError): RainhooksError {
  return new RainhooksError(cause.code, `${cause.message} It was tried ${MAX_TRIES} times.`, { cause });
}
