import { isPlausibleTime } from "@rainhooks/core/decode/time";
import { SECOND_MS } from "@rainhooks/core/durations";
import type { RainmakerEvent } from "@rainhooks/core/event";
import type { Stamp } from "./stamp.ts";

/** When an event happened, as a plausible time. */
export interface EventTime {
  /** Epoch milliseconds. */
  readonly atMs: number;
  /** True when the event has no plausible time of its own: `atMs` is then the time of SNS. */
  readonly clamped: boolean;
}

/**
 * Returns when an event happened: the time of the connection if the data contains it, otherwise the
 * event's own time, otherwise the time of SNS. A time before 2015 or ahead of SNS is not plausible
 * and is ignored: it would be older than every other event, or keep the node in its state for
 * years.
 */
export function timeOf(event: RainmakerEvent): EventTime {
  const ownMs = event.atSource === "event" ? event.atMs : undefined;
  const candidates = [connectivityTimeMs(event), ownMs];
  const atMs = candidates.find(
    (timeMs) => timeMs !== undefined && isPlausibleTime(timeMs, event.sentAtMs),
  );
  if (atMs !== undefined) return { atMs, clamped: false };
  // Whole seconds, so that the copies for several users, which SNS receives one after another, are
  // one transition.
  return { atMs: Math.floor(event.sentAtMs / SECOND_MS) * SECOND_MS, clamped: true };
}

/**
 * Returns the start of the interval in which an event happened, epoch milliseconds; `undefined` if
 * `intervalMs` is 0.
 */
export function lastSeenMs(event: RainmakerEvent, intervalMs: number): number | undefined {
  if (intervalMs <= 0) return undefined;
  return Math.floor(timeOf(event).atMs / intervalMs) * intervalMs;
}

/**
 * Returns the time of an event for sorting. Events with whole seconds are sorted within a second by
 * the time of SNS.
 */
export function stampOf(event: RainmakerEvent): Stamp {
  const { atMs } = timeOf(event);
  return { atMs, tieMs: atMs % SECOND_MS === 0 ? event.sentAtMs : 0 };
}

function connectivityTimeMs(event: RainmakerEvent): number | undefined {
  return "connectivity" in event.data ? event.data.connectivity?.timestamp : undefined;
}
