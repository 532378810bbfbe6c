import { DAY_MS } from "@rainhooks/core/durations";
import { toRainhooksError } from "@rainhooks/core/errors";
import type { Destination } from "../destinations/destination.ts";
import { setState } from "../destinations/set-state.ts";
import type { DestinationHealth } from "../health/health.ts";
import { type HealthReport, isNoNews, reportHealth } from "../health/report.ts";
import type { OpenBatch } from "../outbox/batches.ts";
import type { Pause } from "../pauses/pause.ts";
import { type AttemptItem, type DestinationResults, waitingChange } from "./results.ts";
import { SLOW_FOR_MS } from "./slow-watch.ts";
import type { AttemptLimits, AttemptWorkerOptions } from "./worker-options.ts";

/** The outcomes of the messages for a destination, and its health before them. */
export interface CheckedDestination extends DestinationResults {
  readonly destination: Destination;
  readonly health: DestinationHealth;
  /** The pause of the destination, as it was last read. */
  readonly pause: Pause | undefined;
  /** The batches that were read, by their messages. */
  readonly batches: ReadonlyMap<AttemptItem, OpenBatch>;
}

/** Notes how a destination responded, and pauses or disables it if that is due. It never throws. */
export async function noteHealth(checked: CheckedDestination, options: AttemptWorkerOptions): Promise<void> {
  const { destination, health, gone } = checked;
  const { store, nowMs, limits, warn } = options;
  try {
    if (gone !== undefined) await stop(destination.id, "disabled", gone, options);
    const report = reportOf(checked, options);
    const now = isNoNews(report, health)
      ? health
      : await reportHealth(store, destination.id, report, nowMs());
    if (gone !== undefined || destination.state !== "active") return;
    const reason = reasonToPause(now, limits, nowMs()) ?? tooFast(checked, nowMs());
    if (reason !== undefined) await stop(destination.id, "paused", reason, options);
  } catch (thrown) {
    warn("The health of a destination could not be noted", {
      destination: destination.id,
      error: toRainhooksError(thrown),
    });
  }
}

async function stop(
  id: string,
  state: "paused" | "disabled",
  reason: string,
  options: AttemptWorkerOptions,
): Promise<void> {
  const { store, nowMs, warn } = options;
  const from = state === "paused" ? (["active"] as const) : (["active", "paused"] as const);
  const change = { state, reason, atMs: nowMs(), from };
  const { changed } = await setState(store, id, change);
  if (changed) warn(`Destination ${id} is ${state} now`, { destination: id, reason });
}

function reportOf(checked: CheckedDestination, { nowMs }: AttemptWorkerOptions): HealthReport {
  const { results, wasSlow, health } = checked;
  const attempts = results.flatMap(({ attempt }) => (attempt === undefined ? [] : [attempt]));
  return {
    delivered: attempts.filter(({ outcome }) => outcome === "delivered").length,
    failed: attempts.filter(({ outcome }) => outcome === "failed").length,
    waiting: waitingChange(results),
    slowUntilMs: slowUntil(wasSlow, attempts.length > 0, health, nowMs()),
  };
}

/** Returns until when a destination counts as slow from now on; `undefined` if that stays as it is. */
function slowUntil(
  wasSlow: boolean,
  hadAttempts: boolean,
  { slowUntilMs }: DestinationHealth,
  nowMs: number,
): number | undefined {
  if (wasSlow) return slowUntilMs - nowMs > SLOW_FOR_MS / 2 ? undefined : nowMs + SLOW_FOR_MS;
  return hadAttempts && slowUntilMs > nowMs ? 0 : undefined;
}

/** Returns why a destination is to be paused, for people. */
function reasonToPause(
  { waiting, failuresInRow, failingSinceMs }: DestinationHealth,
  { maxWaiting, maxFailuresInRow, minFailingMs }: AttemptLimits,
  nowMs: number,
): string | undefined {
  if (waiting > maxWaiting) return `${waiting} events wait for it; ${maxWaiting} is the maximum`;
  const failingMs = failingSinceMs === undefined ? 0 : nowMs - failingSinceMs;
  if (failuresInRow < maxFailuresInRow || failingMs < minFailingMs) return undefined;
  const since = new Date(nowMs - failingMs).toISOString();
  return `${failuresInRow} attempts in a row have failed since ${since}`;
}

/**
 * A wait for a turn of more than this means that a destination gets more events than its rate allows, and not
 * only for a while.
 */
const MAX_TURN_WAIT_MS = DAY_MS;

function tooFast({ results, destination }: CheckedDestination, nowMs: number): string | undefined {
  const turns = results.flatMap(({ handled }) =>
    handled.kind === "later" && handled.message.hasTurn ? [handled.message.dueAtMs ?? 0] : [],
  );
  return Math.max(0, ...turns) - nowMs <= MAX_TURN_WAIT_MS
    ? undefined
    : `with its rate of ${destination.ratePerS} per second, an event would wait for more than a day`;
}
