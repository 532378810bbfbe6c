import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "@rainhooks/core/durations";
/** A place on an axis, and what is written there. */
export interface Tick {
  readonly at: number;
  readonly text: string;
  /** What is written below it, such as the day of the first tick of a day. */
  readonly below?: string;
}

/** The scale of values: what is drawn is from `min` to `max`. */
export interface ValueScale {
  readonly min: number;
  readonly max: number;
  readonly ticks: readonly Tick[];
}

/** Steps about as long as there is room for are 1, 2 or 5 times a power of ten. */
const FACTORS = [1, 2, 5, 10];
/** From here on, values are written shortly, such as `2.5M`. */
const MANY = 1_000_000;

/** Differences that are a smaller part of the values are not drawn: numbers have no more digits. */
const SMALLEST_PART = 1e-9;
/** Values below are drawn as zero. */
const MIN_LENGTH = 1e-200;

/** Returns a scale with about `wanted` ticks at round values, for values from `least` to `most`. */
export function valueScale(least: number, most: number, wanted: number): ValueScale {
  const size = Math.max(Math.abs(least), Math.abs(most));
  const isFlat = most - least <= size * SMALLEST_PART || size < MIN_LENGTH;
  const length = isFlat ? (size < MIN_LENGTH ? 1 : size) : most - least;
  const [from, to] = isFlat ? [least - length / 2, most + length / 2] : [least, most];
  const power = 10 ** Math.floor(Math.log10(length / wanted));
  const step = power * (FACTORS.find((factor) => power * factor >= length / wanted) ?? 1);
  const first = Math.floor(from / step);
  const last = Math.ceil(to / step);
  const format = new Intl.NumberFormat("en", {
    notation:
      Math.abs(last * step) < MANY && Math.abs(first * step) < MANY ? "standard" : "compact",
    maximumFractionDigits: Math.min(20, Math.max(0, -Math.floor(Math.log10(step)))),
  });
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => {
    const at = (first + index) * step;
    return { at, text: format.format(at) };
  });
  return { min: first * step, max: last * step, ticks };
}

/** Steps that can be told from each other on a scale. */
const STEPS_ON_SCALE = 1000;

/** Formats a value as exactly as its scale can show it: `20.57` where values are from 20 to 21. */
export function valueText(value: number, { min, max }: Pick<ValueScale, "min" | "max">): string {
  const digits = Math.ceil(-Math.log10((max - min) / STEPS_ON_SCALE));
  return new Intl.NumberFormat("en", {
    useGrouping: false,
    maximumFractionDigits: Math.min(20, Math.max(0, Number.isFinite(digits) ? digits : 0)),
  }).format(value);
}

/** Distances of ticks, in milliseconds. */
const STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * SECOND_MS),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE_MS),
  ...[1, 2, 3, 6, 12].map((count) => count * HOUR_MS),
  ...[1, 2, 7, 14, 30, 90, 180, 365, 730].map((count) => count * DAY_MS),
];

/**
 * Returns ticks of a time axis at round times of the chosen time zone, at most `max` of them. The
 * day is below the first tick of each day.
 *
 * @param textOf formats a time in the zone, such as `2026-11-24 08:15:00`
 */
export function timeTicks(
  fromMs: number,
  toMs: number,
  max: number,
  textOf: (ms: number) => string,
): Tick[] {
  const step = STEPS.find((one) => (toMs - fromMs) / one <= max) ?? (toMs - fromMs) / max;
  const localOf = (ms: number) => Date.parse(`${textOf(ms).replace(" ", "T")}Z`);
  const ticks: Tick[] = [];
  let day = "";
  const wholeSecond = Math.floor(fromMs / SECOND_MS) * SECOND_MS;
  for (
    let local = Math.ceil(localOf(wholeSecond) / step) * step;
    ticks.length <= max + 1;
    local += step
  ) {
    // The difference to UTC is that of this time, also when clocks are changed within the range.
    const guess = local - (localOf(wholeSecond) - wholeSecond);
    const at = guess - (localOf(guess) - local);
    if (at > toMs) break;
    if (at < fromMs) continue;
    const [date = "", time = ""] = textOf(at).split(" ");
    if (step >= DAY_MS) ticks.push({ at, text: date });
    else
      ticks.push({
        at,
        text: step < MINUTE_MS ? time : time.slice(0, 5),
        ...(date === day ? {} : { below: date }),
      });
    day = date;
  }
  return ticks;
}
