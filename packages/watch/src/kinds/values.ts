import type { Span } from "../episode.ts";
import type { NodeHistory } from "../history.ts";

/** What a value says: out of bounds, within them, or close to them (hysteresis). `undefined`: nothing, such as a value of another type. */
export type Judgement = "out" | "in" | "close" | undefined;

/** A value with what it says. */
export interface Judged {
  readonly atMs: number;
  readonly judgement: Judgement;
}

/**
 * Returns the times for which values were out of bounds for long enough. A value must show it: if a node sends nothing more, nothing is
 * raised and nothing ends. Of several values at the same time, the one that is furthest out counts.
 *
 * @param complete False if there can be earlier values. Then what comes before the first value within the bounds is left out.
 */
export function spansOf(judged: readonly Judged[], complete: boolean, forMs: number): Span[] {
  const spans: Span[] = [];
  let known = complete;
  let current: Current | undefined;
  for (const [atMs, judgement] of worstByTime(judged)) {
    if (judgement === "in") {
      spans.push(...ended(current, atMs));
      current = undefined;
      known = true;
    } else if (known) current = continued(current, atMs, judgement, forMs);
  }
  return [...spans, ...ended(current, undefined)];
}

/** Values that are out of bounds, since when, and since when for long enough. */
interface Current {
  readonly startMs: number;
  readonly raisedMs: number | undefined;
}

function continued(
  current: Current | undefined,
  atMs: number,
  judgement: "out" | "close",
  forMs: number,
): Current | undefined {
  if (current === undefined && judgement === "close") return undefined;
  const { startMs, raisedMs } = current ?? { startMs: atMs, raisedMs: undefined };
  return { startMs, raisedMs: raisedMs ?? (atMs - startMs >= forMs ? atMs : undefined) };
}

function ended(current: Current | undefined, endMs: number | undefined): Span[] {
  if (current?.raisedMs === undefined) return [];
  return [{ startMs: current.startMs, raisedMs: current.raisedMs, endMs }];
}

/** From which start on the times of {@link spansOf} are known, epoch milliseconds. */
export function valuesFromMs(judged: readonly Judged[], { fromMs, series }: NodeHistory): number {
  if (series === undefined || series.complete) return fromMs;
  const within = judged.find(({ judgement }) => judgement === "in");
  return Math.max(fromMs, within?.atMs ?? Number.POSITIVE_INFINITY);
}

const RANK = { in: 0, close: 1, out: 2 };

function worstByTime(judged: readonly Judged[]): Map<number, Exclude<Judgement, undefined>> {
  const worst = new Map<number, Exclude<Judgement, undefined>>();
  for (const { atMs, judgement } of judged) {
    if (judgement === undefined) continue;
    const other = worst.get(atMs);
    if (other === undefined || RANK[judgement] > RANK[other]) worst.set(atMs, judgement);
  }
  return worst;
}
