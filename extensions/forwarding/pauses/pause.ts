import { unmarshall } from "@aws-sdk/util-dynamodb";
import { EVENT_TYPES, type EventType, shortType } from "@rainhooks/core/catalog";
import { defined } from "@rainhooks/core/collections";
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
 * A time in which a destination gets no events. It is stored until the destination has received
 * what it missed, also after the destination is active again.
 */
export interface Pause extends PauseKey {
  /** What it missed was published in this range; `undefined` if it has missed nothing. */
  readonly missed?: MissedRange;
  /** Since when the destination has been active again. */
  readonly activeSinceMs?: number;
  /** The replay that sends the missed events. */
  readonly job?: string;
}

/** The part of a key that no id of a destination contains. */
const INFIX = "#pause#";

/**
 * The attributes of pauses that functions change when they leave events to the archive: their
 * permissions are for these, and for nothing else in the table.
 */
export const missedUpdates = {
  keys: `*${INFIX}*`,
  attributes: ["missedFromMs", "missedToMs"],
} as const;

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

/** Adds the current pauses of destinations that have no item yet. */
export function withCurrentPauses(
  noted: readonly Pause[],
  destinations: readonly Pick<Destination, "id" | "pauseId">[],
): Pause[] {
  const current = destinations.flatMap(({ id: destination, pauseId }) =>
    pauseId === undefined ? [] : [{ destination, pauseId }],
  );
  return [...new Map([...current, ...noted].map((pause) => [pauseText(pause), pause])).values()];
}

/** Converts an item. */
export function decodePause(key: PauseKey, item: Attributes): Pause {
  const { missedFromMs: fromMs, missedToMs: toMs, activeSinceMs, job } = unmarshall(item);
  const missed = fromMs === undefined || toMs === undefined ? undefined : { fromMs, toMs };
  return { ...key, ...defined({ missed, activeSinceMs, job }) };
}

/** Returns the smallest range of whole minutes with all of the times. */
export function rangeOf(publishedMs: readonly number[]): MissedRange {
  return {
    fromMs: Math.floor(Math.min(...publishedMs) / MINUTE_MS) * MINUTE_MS,
    toMs: (Math.floor(Math.max(...publishedMs) / MINUTE_MS) + 1) * MINUTE_MS,
  };
}

/** Returns true if a range contains another one. */
export function contains(outer: MissedRange | undefined, inner: MissedRange): boolean {
  return outer !== undefined && outer.fromMs <= inner.fromMs && inner.toMs <= outer.toMs;
}

/**
 * Returns true if the destination of one of the pauses has not received what it missed in that
 * pause.
 */
export function hasMissed(pauses: readonly Pause[], id: string): boolean {
  return pauses.some(({ destination, missed }) => destination === id && missed !== undefined);
}

/**
 * Returns the pause in which a destination misses an event that it can get later, from the archive:
 * its event type is archived.
 *
 * @returns `undefined` if the destination gets the event now, or never can.
 */
export function pauseFor(
  { id, state, pauseId }: Destination,
  type: EventType,
  archived: ReadonlySet<EventType>,
): PauseKey | undefined {
  if (state === "active" || pauseId === undefined || !archived.has(type)) return undefined;
  return { destination: id, pauseId };
}

/**
 * Reads event types as the environment of a function has them: without their prefix, with commas
 * between. Unknown ones are left out.
 */
export function parseArchived(text: string): ReadonlySet<EventType> {
  const short = new Set(text.split(","));
  return new Set(EVENT_TYPES.filter((type) => short.has(shortType(type))));
}
