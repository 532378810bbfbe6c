import type { Span } from "../episode.ts";
import type { NodeHistory } from "../history.ts";
import type { ThresholdRule } from "../rule/rule.ts";

/**
 * What a value says: out of bounds, within them, or close to them (hysteresis). `undefined`:
 * nothing, such as a value of another type.
 */
export type Judgement = "out" | "in" | "close" | undefined;

/** A value with what it says. */
export interface ValueJudgement {
  readonly atMs: number;
  readonly judgement: Judgement;
  /** The value, if it is a number or a boolean. */
  readonly value?: number | boolean | undefined;
}

/** Returns a value that an alarm can name: texts of devices are not repeated. */
export function nameable(value: unknown): number | boolean | undefined {
  return typeof value === "number" || typeof value === "boolean" ? value : undefined;
}

/** Times in which the condition of a rule held, and from which start on all of them are known. */
export type RuleSpans = ReturnType<typeof valueSpans>;

/**
 * Returns the times for which values were out of bounds for long enough. A value must show it: if a
 * node sends nothing more, nothing is raised and nothing ends. Of several values at the same time,
 * the one that is furthest out counts. If there can be earlier values, what comes before the first
 * value within the bounds is left out.
 */
export function valueSpans(
  judged: readonly ValueJudgement[],
  { fromMs, series }: NodeHistory,
  forMs: number,
) {
  const spans: Span[] = [];
  const within = judged.find(({ judgement }) => judgement === "in");
  let known = series?.complete === true;
  const knownFromMs = known ? fromMs : Math.max(fromMs, within?.atMs ?? Number.POSITIVE_INFINITY);
  let current: Current | undefined;
  for (const { atMs, judgement, value } of worstByTime(judged)) {
    if (judgement === "in") {
      spans.push(...ended(current, atMs));
      current = undefined;
      known = true;
    } else if (known) current = continued(current, { atMs, judgement, value }, forMs);
  }
  return { spans: [...spans, ...ended(current, undefined)], fromMs: knownFromMs };
}

/** Values that are out of bounds, since when, and since when for long enough. */
interface Current {
  readonly startMs: number;
  readonly raisedMs: number | undefined;
  /** The value with which it had been so for long enough. */
  readonly value?: number | boolean | undefined;
}

function continued(
  current: Current | undefined,
  { atMs, judgement, value }: Known,
  forMs: number,
): Current | undefined {
  if (current?.raisedMs !== undefined || (current === undefined && judgement === "close"))
    return current;
  const startMs = current?.startMs ?? atMs;
  return atMs - startMs >= forMs
    ? { startMs, raisedMs: atMs, value }
    : { startMs, raisedMs: undefined };
}

function ended(current: Current | undefined, endMs: number | undefined): Span[] {
  if (current?.raisedMs === undefined) return [];
  const { startMs, raisedMs, value } = current;
  return [{ startMs, raisedMs, endMs, ...(value === undefined ? {} : { value }) }];
}

const RANK = { in: 0, close: 1, out: 2 };

/** A value that says something. */
type Known = ValueJudgement & { readonly judgement: Exclude<Judgement, undefined> };

function worstByTime(judged: readonly ValueJudgement[]): Iterable<Known> {
  const worst = new Map<number, Known>();
  for (const { atMs, judgement, value } of judged) {
    if (judgement === undefined) continue;
    const other = worst.get(atMs);
    if (other === undefined || isFurther({ judgement, value }, other))
      worst.set(atMs, { atMs, judgement, value });
  }
  return worst.values();
}

/**
 * True if a value is further out than another one at the same time; of two that are as far, one of
 * them always is.
 */
function isFurther(one: Omit<Known, "atMs">, other: Known): boolean {
  const ranks = RANK[one.judgement] - RANK[other.judgement];
  return ranks > 0 || (ranks === 0 && Number(one.value) > Number(other.value));
}

/** Returns what a value says under the bounds of a rule. */
export function judgeByBounds(
  {
    above = Number.POSITIVE_INFINITY,
    below = Number.NEGATIVE_INFINITY,
    hysteresis,
  }: Pick<ThresholdRule, "above" | "below" | "hysteresis">,
  value: unknown,
): Judgement {
  if (typeof value !== "number") return undefined;
  if (value > above || value < below) return "out";
  return value > above - hysteresis || value < below + hysteresis ? "close" : "in";
}
