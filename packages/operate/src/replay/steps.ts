import type { ObjectLines, UnreadableLine } from "@rainhooks/archive";
import type { Delivery } from "@rainhooks/core";
import type { Selector } from "./select.ts";

/** Lines of an object that a replay handles together: all counts up to its last line are known when it is done. */
export interface ReplayStep {
  /** Deliveries of the replay. */
  readonly deliveries: readonly Delivery[];
  /** Number of deliveries that were read. */
  readonly read: number;
  readonly unreadable: readonly UnreadableLine[];
  readonly lastLine: number;
}

/** Splits some lines of an object into steps with up to `max` deliveries of the replay each. */
export function* stepsOf(
  { deliveries, unreadable, lastLine }: ObjectLines,
  selector: Selector,
  max: number,
): Generator<ReplayStep> {
  let matched: Delivery[] = [];
  let read = 0;
  let doneLine = 0;
  const step = (toLine: number, isLast: boolean): ReplayStep => {
    const problems = unreadable.filter(({ line }) => (isLast || line <= toLine) && line > doneLine);
    // A whole object has line 0.
    const broken = isLast ? unreadable.filter(({ line }) => line === 0) : [];
    return { deliveries: matched, read, unreadable: [...problems, ...broken], lastLine: toLine };
  };
  for (const { line, delivery } of deliveries) {
    read += 1;
    if (selector(delivery) !== undefined) matched.push(delivery);
    if (matched.length < max) continue;
    yield step(line, false);
    matched = [];
    read = 0;
    doneLine = line;
  }
  yield step(lastLine, true);
}
