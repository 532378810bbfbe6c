import { HOUR_MS } from "@rainhooks/core";
import type { NodeRecord, Transition } from "@rainhooks/node-status";
import { dropsIn } from "../faults.ts";
import type { RegressionEvent } from "../rule/rule.ts";

/** What of a node's history decides regressions. */
export type FirmwareHistory = Pick<NodeRecord, "transitions" | "firmwareReports" | "alertHours">;

/** An hour of a node. */
export interface NodeHour {
  /** The firmware that it had for the whole hour; `undefined` if this is not known, or it has changed. */
  readonly firmware: string | undefined;
  /** Share of the hour in which it was online, 0 to 1. */
  readonly online: number;
  /** True if there was an event. */
  readonly isHit: boolean;
}

/**
 * Returns the hours of a node. An hour with several events counts like one with one: so a few bad nodes do not look like a bad firmware.
 *
 * @param fromMs Start of the first hour, a full hour, epoch milliseconds.
 */
export function nodeHours(
  history: FirmwareHistory,
  event: RegressionEvent,
  fromMs: number,
  count: number,
): NodeHour[] {
  const firmwares = firmwareByHour(history, fromMs, count);
  const online = onlineByHour(history, fromMs, count);
  const hits = hitsByHour(history, event, fromMs, count);
  return firmwares.map((firmware, hour) => ({
    firmware,
    online: online[hour] ?? 0,
    isHit: (online[hour] ?? 0) > 0 && hits.has(hour),
  }));
}

function hourOf(atMs: number, fromMs: number): number {
  return Math.floor((atMs - fromMs) / HOUR_MS);
}

/** The hour in which the firmware changes belongs to none: the restart for it is no drop of either. */
function firmwareByHour({ firmwareReports }: FirmwareHistory, fromMs: number, count: number) {
  const firmwares = new Array<string | undefined>(count).fill(undefined);
  for (const [index, { firmware, atMs }] of firmwareReports.entries()) {
    const before = firmwareReports[index - 1];
    if (before?.firmware === firmware) continue;
    const hour = hourOf(atMs, fromMs);
    if (hour >= count) break;
    firmwares.fill(firmware, Math.max(0, hour + 1));
    if (hour >= 0) firmwares[hour] = undefined;
  }
  return firmwares;
}

/** Before the first change of state, nothing is known: the node does not count. */
function onlineByHour({ transitions }: FirmwareHistory, fromMs: number, count: number): Float64Array {
  const online = new Float64Array(count);
  const toMs = fromMs + count * HOUR_MS;
  const first = Math.max(
    0,
    transitions.findLastIndex(({ atMs }) => atMs <= fromMs),
  );
  for (let index = first; index < transitions.length; index += 1) {
    const { atMs, state } = transitions[index] ?? NOWHERE;
    if (atMs >= toMs) break;
    const endMs = Math.min(transitions[index + 1]?.atMs ?? toMs, toMs);
    if (state !== "online" || endMs <= fromMs) continue;
    for (let ms = Math.max(atMs, fromMs); ms < endMs; ) {
      const hour = hourOf(ms, fromMs);
      const nextMs = Math.min(endMs, fromMs + (hour + 1) * HOUR_MS);
      online[hour] = (online[hour] ?? 0) + (nextMs - ms) / HOUR_MS;
      ms = nextMs;
    }
  }
  return online;
}

const NOWHERE: Transition = { atMs: 0, state: "offline" };

function hitsByHour(
  { transitions, alertHours }: FirmwareHistory,
  event: RegressionEvent,
  fromMs: number,
  count: number,
): Set<number> {
  const times = event === "alerts" ? alertHours.intervals : dropsIn(transitions);
  return new Set(times.map((atMs) => hourOf(atMs, fromMs)).filter((hour) => hour >= 0 && hour < count));
}
