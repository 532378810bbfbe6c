import { DAY_MS, MINUTE_MS } from "@rainhooks/core/durations";
import { toRainhooksError } from "@rainhooks/core/errors";
import { newAuditId } from "@rainhooks/stage/operations/put-audit";
import type { Destination } from "../destinations/destination.ts";
import { setState } from "../destinations/set-state.ts";
import type { DestinationHealth } from "../health/health.ts";
import { isNoNews, reportHealth } from "../health/report.ts";
import { isTest } from "./refuse.ts";
import { type Result, waitingChange } from "./results.ts";
import type { AttemptLimits, AttemptWorkerOptions } from "./worker-options.ts";

/** How long a destination counts as slow after a slow response. */
export const SLOW_FOR_MS = MINUTE_MS;

/** The destination of attempts, and its health before them. */
export interface DestinationTarget {
  readonly destination: Destination;
  readonly health: DestinationHealth;
  /** Returns the milliseconds in which the last attempt must have ended. */
  readonly remainingMs: () => number;
}

/** Notes how a destination responded, and pauses or disables it if that is due. It never throws. */
export async function noteHealth(
  results: readonly Result[],
  { destination, health }: DestinationTarget,
  options: AttemptWorkerOptions,
): Promise<void> {
  const { store, nowMs, limits, warn, audit } = options;
  const { id } = destination;
  const attempts = results.flatMap(({ attempt }) => attempt ?? []);
  const gone = attempts.find(({ outcome, webhookId }) => outcome === "gone" && !isTest(webhookId));
  const stop = async (state: "paused" | "disabled", reason: string) => {
    const atMs = nowMs();
    const operation = state === "paused" ? "pause" : "disable";
    const begun = { id: newAuditId(atMs), operation, request: { id, reason }, startedAtMs: atMs };
    // Before it is done: what cannot be recorded is done when it can be.
    const record = () => audit({ ...begun, outcome: "started" });
    const { changed } = await setState(store, id, { state, reason, atMs, record });
    if (!changed) return;
    await audit({ ...begun, outcome: "done", endedAtMs: nowMs() });
    warn(`Destination ${id} is ${state} now`, { destination: id, reason });
  };
  try {
    if (gone !== undefined) await stop("disabled", gone.error ?? "");
    const isSlow = attempts.some(({ durationMs }) => durationMs > limits.slowAfter);
    const report = {
      delivered: attempts.filter(({ outcome }) => outcome === "delivered").length,
      failed: attempts.filter(({ outcome }) => outcome === "failed").length,
      waiting: waitingChange(results),
      slowUntilMs: attempts.length === 0 ? undefined : slowUntil(isSlow, health, nowMs()),
    };
    const now = isNoNews(report, health) ? health : await reportHealth(store, id, report, nowMs());
    if (gone !== undefined || destination.state !== "active") return;
    const reason = reasonToPause(now, limits, nowMs()) ?? tooFast(results, destination, nowMs());
    if (reason !== undefined) await stop("paused", reason);
  } catch (thrown) {
    const error = toRainhooksError(thrown);
    warn("The health of a destination could not be noted", { destination: id, error });
  }
}

/**
 * Returns until when a destination counts as slow from now on; `undefined` if that stays as it is.
 */
function slowUntil(
  isSlow: boolean,
  { slowUntilMs }: DestinationHealth,
  nowMs: number,
): number | undefined {
  if (isSlow) return slowUntilMs - nowMs > SLOW_FOR_MS / 2 ? undefined : nowMs + SLOW_FOR_MS;
  return slowUntilMs > nowMs ? 0 : undefined;
}

/** Returns why a destination is to be paused, for people. */
function reasonToPause(
  { waiting, failuresInRow, failingSinceMs }: DestinationHealth,
  { maxWaiting, maxFailures, minFailing }: AttemptLimits,
  nowMs: number,
): string | undefined {
  if (waiting > maxWaiting) return `${waiting} events wait for it; ${maxWaiting} is the maximum`;
  const failingMs = failingSinceMs === undefined ? 0 : nowMs - failingSinceMs;
  if (failuresInRow < maxFailures || failingMs < minFailing) return undefined;
  const since = new Date(nowMs - failingMs).toISOString();
  return `${failuresInRow} attempts in a row have failed since ${since}`;
}

/**
 * A wait for a turn of more than this means that a destination gets more events than its rate
 * allows, and not only for a while.
 */
const MAX_TURN_WAIT_MS = DAY_MS;

function tooFast(
  results: readonly Result[],
  { ratePerS }: Destination,
  nowMs: number,
): string | undefined {
  const turns = results.flatMap(({ outcome }) =>
    outcome.kind === "later" && outcome.message.hasTurn ? [outcome.message.dueAtMs ?? 0] : [],
  );
  return Math.max(0, ...turns) - nowMs <= MAX_TURN_WAIT_MS
    ? undefined
    : `with its rate of ${ratePerS} per second, an event would wait for more than a day`;
}
