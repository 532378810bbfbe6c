import { shortType } from "@rainhooks/core/catalog";
import { defined } from "@rainhooks/core/collections";
import { DAY_MS, MINUTE_MS } from "@rainhooks/core/durations";
import type { StageAccess } from "@rainhooks/stage/reached";
import { type AttemptSummary, listAttempts } from "../attempts/read-attempts.ts";
import type { Destination } from "../destinations/destination.ts";
import { type AllDestinations, readAll } from "../destinations/store.ts";
import { destinationsTable } from "../forwarding-tables.ts";
import { conditionOf, type DestinationCondition } from "../health/condition.ts";
import { HEALTHY } from "../health/health.ts";
import { forwardingOf, requireDestination } from "../operations/forwarding-of.ts";
import { lastAttempt } from "../operations/last-attempt.ts";
import { settingTexts } from "../operations/setting-params.ts";
import { hasMissed } from "../pauses/pause.ts";

/** A destination, without what is secret. */
export type DestinationRow = Pick<
  Destination,
  "id" | "url" | "state" | "description" | "nodes" | "tags" | "where"
> & {
  /** How it does, by its last attempts. */
  readonly condition: DestinationCondition;
  readonly failuresInRow: number;
  readonly failingSinceMs?: number | undefined;
  /** Events that wait for it. */
  readonly waiting: number;
  /** Why it is in its state, and since when. */
  readonly reason?: string | undefined;
  readonly sinceMs?: number | undefined;
  /** True if there is something that it missed and has not got. */
  readonly hasMissed: boolean;
  /** Event types without their prefix; empty for all. */
  readonly events: readonly string[];
};

/** A destination with its settings, and how its attempts went. */
export interface DestinationAnswer extends DestinationRow {
  readonly auth: string;
  /** Its settings as people write them, by the names of their fields in a form. */
  readonly settings: Readonly<Record<string, string>>;
  readonly publicKey?: string | undefined;
  readonly createdAtMs: number;
  /** When an attempt was delivered last, and when one was not; absent if that was not in 30 days. */
  readonly lastDeliveredMs?: number | undefined;
  readonly lastFailedMs?: number | undefined;
  readonly attempts: AttemptsSummary;
}

/** How the attempts of a day went; of very many, the last ones. */
export interface AttemptsSummary {
  /** Since when they are counted. */
  readonly fromMs: number;
  readonly binMs: number;
  /** In each bin of the time. */
  readonly delivered: readonly number[];
  readonly failed: readonly number[];
  /** How long attempts took, milliseconds: the median, and what 95 of 100 took at most. */
  readonly medianMs?: number | undefined;
  readonly p95Ms?: number | undefined;
}

/** Attempts that are read for a summary, and the bins that are drawn. */
const [MAX_COUNTED, MAX_BINS] = [200, 48];

/** Reads the destinations of a stage, which may have none. */
export async function destinationRows(reached: StageAccess): Promise<readonly DestinationRow[]> {
  if (reached.outputs.tables[destinationsTable.name] === undefined) return [];
  const all = await readAll(forwardingOf(reached).table);
  return all.destinations.map((one) => shown(one, all));
}

/**
 * Reads a destination, and how its attempts went.
 *
 * @throws {RainhooksError} `not-found` if there is none with this id.
 */
export async function destinationAnswer(
  reached: StageAccess,
  id: string,
  nowMs: number,
): Promise<DestinationAnswer> {
  const forwarding = forwardingOf(reached);
  const destination = await requireDestination(forwarding, id);
  const range = { destinations: [id], fromMs: nowMs - DAY_MS, toMs: nowMs + 1, limit: MAX_COUNTED };
  const [all, { attempts, next }, lastDelivered, lastFailed] = await Promise.all([
    readAll(forwarding.table),
    listAttempts(forwarding.log, range),
    lastAttempt(forwarding, id, "delivered"),
    lastAttempt(forwarding, id, "failed"),
  ]);
  const { auth, publicKey, createdAtMs } = destination;
  // With more attempts than are counted, the time begins with the oldest of them.
  const fromMs = next === undefined ? range.fromMs : (attempts.at(-1)?.atMs ?? range.fromMs);
  return {
    ...shown(destination, all),
    ...{ auth, publicKey, createdAtMs },
    settings: settingTexts(destination),
    lastDeliveredMs: lastDelivered?.atMs,
    lastFailedMs: lastFailed?.atMs,
    attempts: summaryOf(attempts, fromMs, nowMs),
  };
}

function shown(one: Destination, { health, pauses }: AllDestinations): DestinationRow {
  const { id, url, state, description, events, nodes, tags } = one;
  const { failuresInRow, failingSinceMs, waiting } = health.get(id) ?? HEALTHY;
  return {
    ...{ id, url, state, description, nodes, tags, failuresInRow, failingSinceMs, waiting },
    ...defined({ where: one.where, reason: one.stateReason, sinceMs: one.pausedAtMs }),
    condition: conditionOf(one, { failuresInRow }),
    hasMissed: hasMissed(pauses, id),
    events: events === "all" ? [] : events.map(shortType),
  };
}

/** Sums up attempts, newest first, in equal bins of the time from `fromMs`. */
export function summaryOf(
  attempts: readonly Pick<AttemptSummary, "atMs" | "outcome" | "durationMs">[],
  fromMs: number,
  nowMs: number,
): AttemptsSummary {
  const binMs = Math.max(MINUTE_MS, Math.ceil((nowMs - fromMs) / MAX_BINS));
  const none = () => Array.from({ length: Math.max(1, Math.ceil((nowMs - fromMs) / binMs)) }, () => 0);
  const [delivered, failed] = [none(), none()];
  for (const { atMs, outcome } of attempts) {
    const counts = outcome === "delivered" ? delivered : failed;
    const bin = Math.min(counts.length - 1, Math.max(0, Math.floor((atMs - fromMs) / binMs)));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const times = attempts.map(({ durationMs }) => durationMs).sort((a, b) => a - b);
  const timeAt = (share: number) => times[Math.ceil(times.length * share) - 1];
  return {
    ...{ fromMs, binMs, delivered, failed },
    medianMs: timeAt(0.5),
    p95Ms: timeAt(0.95),
  };
}
