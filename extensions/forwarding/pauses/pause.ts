import { MINUTE_MS } from "@rainhooks/core/durations";
import type { Attributes } from "@rainhooks/dynamodb/key";
import type { Destination } from "../destinations/destination.ts";

/** The key of a pause: its destination, and its id. */
export interface PauseKey {
  readonly destination: string;
  /** Id of the pause: the time at which it began, and four digits. */
  readonly pauseId: string;
}

/** A range of times at which SNS published, epoch milliseconds; `toMs` is exclusive. */
export interface MissedRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * A time in which a destination gets no events. It is stored until the destination has received what it
 * missed, also after the destination is active again.
 */
export interface Pause extends PauseKey {
  /** What it missed was published in this range; `undefined` if it has missed nothing. */
  readonly missed?: MissedRange;
  /**
   * When the next event is sent to find out whether the destination responds again, epoch milliseconds;
   * `undefined` if none is.
   */
  readonly probeAtMs?: number;
  /** Wait after the event before, milliseconds; `undefined` before the first one. */
  readonly probeWaitMs?: number;
  /** When it last responded with success to such an event. */
  readonly respondedAtMs?: number;
  /** Since when the destination has been active again. */
  readonly activeSinceMs?: number;
  /** The replay that sends the missed events. */
  readonly job?: string;
}

/** The part of a key that no id of a destination contains. */
const INFIX = "#pause#";

/**
 * The attributes of pauses that functions change when they leave events to the archive: their permissions are
 * for these, and for nothing else in the table.
 */
export const missedUpdates = { keys: `*${INFIX}*`, attributes: ["missedFromMs", "missedToMs"] } as const;

/** Returns a text that is of this pause only. */
export function pauseText({ destination, pauseId }: PauseKey): string {
  return `${destination}${INFIX}${pauseId}`;
}

/** Returns the key of a pause, in the table of destinations. */
export function pauseItemKey(key: PauseKey): Attributes {
  return { id: { S: pauseText(key) } };
}

/** Returns which pause an item is; `undefined` for any other item. */
export function pauseKeyOf({ id }: Attributes): PauseKey | undefined {
  const [destination = "", pauseId] = (id?.S ?? "").split(INFIX);
  return pauseId === undefined ? undefined : { destination, pauseId };
}

/**
 * Adds the values of destinations to their pauses: when the first probe is sent. It also adds pauses that
 * have no item.
 */
export function withCurrentPauses(
  noted: readonly Pause[],
  destinations: readonly Pick<Destination, "id" | "pauseId" | "probeFromMs">[],
): Pause[] {
  const all = new Map(noted.map((pause) => [pauseText(pause), pause]));
  for (const { id: destination, pauseId, probeFromMs } of destinations) {
    if (pauseId === undefined) continue;
    const key = { destination, pauseId };
    const first = probeFromMs === undefined ? {} : { probeAtMs: probeFromMs };
    all.set(pauseText(key), { ...key, ...first, ...all.get(pauseText(key)) });
  }
  return [...all.values()];
}

/** Converts an item. */
export function decodePause(key: PauseKey, item: Attributes): Pause {
  const [fromMs, toMs] = [numberOf(item["missedFromMs"]), numberOf(item["missedToMs"])];
  const job = item["job"]?.S;
  const numbers = ["probeAtMs", "probeWaitMs", "respondedAtMs", "activeSinceMs"].flatMap((name) => {
    const value = numberOf(item[name]);
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...key,
    ...(fromMs === undefined || toMs === undefined ? {} : { missed: { fromMs, toMs } }),
    ...Object.fromEntries(numbers),
    ...(job === undefined ? {} : { job }),
  };
}

function numberOf(value: Attributes[string] | undefined): number | undefined {
  return value?.N === undefined ? undefined : Number(value.N);
}

/** Returns the smallest range of whole minutes with all of the times. */
export function rangeOf(publishedMs: readonly number[]): MissedRange {
  let [first, last] = [Number.POSITIVE_INFINITY, 0];
  for (const atMs of publishedMs) {
    first = Math.min(first, atMs);
    last = Math.max(last, atMs);
  }
  return {
    fromMs: Math.floor(first / MINUTE_MS) * MINUTE_MS,
    toMs: (Math.floor(last / MINUTE_MS) + 1) * MINUTE_MS,
  };
}

/** Returns true if a range contains another one. */
export function contains(outer: MissedRange | undefined, inner: MissedRange): boolean {
  return outer !== undefined && outer.fromMs <= inner.fromMs && inner.toMs <= outer.toMs;
}

/** Returns true if the destination of one of the pauses has not received what it missed in that pause. */
export function hasMissed(pauses: readonly Pause[], id: string): boolean {
  return pauses.some(({ destination, missed }) => destination === id && missed !== undefined);
}
