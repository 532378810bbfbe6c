import { DAY_MS, HOUR_MS, MINUTE_MS } from "@rainhooks/core/durations";
/** A range of times on the axis of a node. */
export interface Range {
  readonly fromMs: number;
  readonly toMs: number;
  /** The name of a range that ends now; absent for one that stays where it is. */
  readonly name?: string;
}

/** Ranges that end now, by their names in the address. */
export const NAMED_RANGES: Readonly<Record<string, number>> = {
  "1h": HOUR_MS,
  "6h": 6 * HOUR_MS,
  "24h": DAY_MS,
  "7d": 7 * DAY_MS,
  "30d": 30 * DAY_MS,
};
const DEFAULT = "24h";
const MIN_MS = MINUTE_MS;
const MAX_MS = 3660 * DAY_MS;
/** Part of the range by which it is moved at once. */
const STEP = 0.5;

type Params = Readonly<Record<string, string | undefined>>;

/**
 * Reads a range from the address. Without one it is the last day; if the node was last seen before
 * that, the day in which it was: a page about a node shows where its data is.
 */
export function readRange(params: Params, nowMs: number, lastSeenMs: number | undefined): Range {
  const fromMs = Number(params["from"]);
  const toMs = Number(params["to"]);
  if (fromMs > 0 && toMs - fromMs >= MIN_MS && toMs - fromMs <= MAX_MS) return { fromMs, toMs };
  const asked = params["range"];
  const name = asked !== undefined && Object.hasOwn(NAMED_RANGES, asked) ? asked : DEFAULT;
  const lengthMs = NAMED_RANGES[name] ?? DAY_MS;
  // Whole minutes, so that nothing is read again before a minute has passed.
  const endMs = Math.ceil(nowMs / MINUTE_MS) * MINUTE_MS;
  if (asked === undefined && lastSeenMs !== undefined && lastSeenMs < endMs - lengthMs) {
    const lastMs = Math.ceil(lastSeenMs / HOUR_MS + 1) * HOUR_MS;
    return { fromMs: lastMs - lengthMs, toMs: lastMs };
  }
  return { fromMs: endMs - lengthMs, toMs: endMs, name };
}

/** Returns the parameters of a range that stays where it is. */
export function paramsOf(fromMs: number, toMs: number): Params {
  const middle = (fromMs + toMs) / 2;
  const half = Math.min(MAX_MS, Math.max(MIN_MS, toMs - fromMs)) / 2;
  return {
    from: String(Math.round(Math.max(1, middle - half))),
    to: String(Math.round(middle + half)),
    range: undefined,
  };
}

/** Moves a range by half of its length, back (-1) or on (1). */
export function moveRange({ fromMs, toMs }: Range, direction: -1 | 1): Params {
  const step = (toMs - fromMs) * STEP * direction;
  return paramsOf(fromMs + step, toMs + step);
}

/** Makes a range twice or half as long, around its middle. */
export function zoomRange({ fromMs, toMs }: Range, factor: 0.5 | 2): Params {
  const more = ((toMs - fromMs) * (factor - 1)) / 2;
  return paramsOf(fromMs - more, toMs + more);
}
