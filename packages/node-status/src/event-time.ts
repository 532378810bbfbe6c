import { isPlausibleTime, type RainmakerEvent } from "@rainhooks/core";
import type { Stamp } from "./stamp.ts";

const SECOND_MS = 1000;

/** When an event happened, as far as that can be believed. */
export interface EventTime {
  /** Epoch milliseconds. */
  readonly atMs: number;
  /** True when the event has no plausible time of its own: `atMs` is then the time of SNS. */
  readonly clamped: boolean;
}

/**
 * When an event happened: the time of the connection if the data has it, else the event's own, else that of SNS. A time
 * before 2015 or ahead of SNS is not plausible: it would hold the node in its state for years, or be outdated before it
 * is written.
 */
export function timeOf(event: RainmakerEvent): EventTime {
  const own = event.atSource === "event" ? event.atMs : undefined;
  const claims = [connectivityTimeMs(event), own];
  const atMs = claims.find((claim) => claim !== undefined && isPlausibleTime(claim, event.sentAtMs));
  if (atMs !== undefined) return { atMs, clamped: false };
  // To the second, so that copies for several users, which SNS takes one after the other, are one transition.
  return { atMs: Math.floor(event.sentAtMs / SECOND_MS) * SECOND_MS, clamped: true };
}

/** Beginning of the interval in which an event happened; `undefined` when `intervalMs` is 0. */
export function seenMsOf(event: RainmakerEvent, intervalMs: number): number | undefined {
  if (intervalMs <= 0) return undefined;
  return Math.floor(timeOf(event).atMs / intervalMs) * intervalMs;
}

/** The time of an event with which events of the same second can be ordered: by SNS's time, if the event has whole seconds. */
export function stampOf(event: RainmakerEvent): Stamp {
  const { atMs } = timeOf(event);
  return { atMs, tieMs: atMs % SECOND_MS === 0 ? event.sentAtMs : 0 };
}

function connectivityTimeMs(event: RainmakerEvent): number | undefined {
  return "connectivity" in event.data ? event.data.connectivity?.timestamp : undefined;
}
