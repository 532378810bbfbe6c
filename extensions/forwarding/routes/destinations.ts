import { EVENT_TYPES, shortType } from "@rainhooks/core/catalog";
import { defined, mapLimited } from "@rainhooks/core/collections";
import { DAY_MS, MINUTE_MS } from "@rainhooks/core/durations";
import { countIn } from "@rainhooks/stage/routes/bins";
import type { StageAccess } from "@rainhooks/stage/stage-access";
import { type AttemptSummary, listAttempts } from "../attempts/read-attempts.ts";
import type { Destination } from "../destinations/destination.ts";
import { type AllDestinations, readAll, requireDestination } from "../destinations/store.ts";
import { destinationsTable } from "../forwarding-tables.ts";
import { conditionOf, HEALTHY } from "../health/health.ts";
import { type Forwarding, forwardingOf, lastAttempt } from "../operations/forwarding-of.ts";
import { settingText, settingTexts, WRITTEN_SETTINGS } from "../operations/setting-params.ts";
import { hasMissed } from "../pauses/pause.ts";
import { destinationView } from "../views/destination-view.ts";
import { isTest } from "../worker/refuse.ts";

/** A destination, without what is secret. */
export type DestinationRow = Awaited<ReturnType<typeof rowOf>>;

/** A destination with its settings. */
export type DestinationResult = Awaited<ReturnType<typeof destinationResult>>;

/** How the attempts of a day went; of very many, the last ones. */
export type AttemptsSummary = DestinationRow["attempts"];

/** Attempts that are read for a summary, and the bins that are drawn. */
const MAX_COUNTED = 200;
const MAX_BINS = 48;

/** Reads the destinations of a stage, which may have none. */
export async function destinationRows(access: StageAccess, nowMs: number) {
  if (access.outputs.tables[destinationsTable.name] === undefined) return [];
  const forwarding = forwardingOf(access);
  const all = await readAll(forwarding.table);
  return mapLimited(all.destinations, ROWS_AT_ONCE, (one) => rowOf(forwarding, one, all, nowMs));
}

/**
 * Reads a destination, and how its attempts went.
 *
 * @throws {RainhooksError} `not-found` if there is none with this id.
 */
export async function destinationResult(access: StageAccess, id: string, nowMs: number) {
  const forwarding = forwardingOf(access);
  const [destination, all, lastFailed] = await Promise.all([
    requireDestination(forwarding.table, id),
    readAll(forwarding.table),
    lastAttempt(forwarding, id, "failed"),
  ]);
  return {
    ...(await rowOf(forwarding, destination, all, nowMs)),
    /** As people write them, by the names of their fields in a form. */
    settings: settingTexts(destination),
    /** Absent if no attempt failed in 30 days. */
    ...defined({ lastFailedMs: lastFailed?.atMs }),
  };
}

/** Destinations whose attempts are read at once. */
const ROWS_AT_ONCE = 4;

async function rowOf(
  forwarding: Forwarding,
  one: Destination,
  all: AllDestinations,
  nowMs: number,
) {
  const range = {
    destinations: [one.id],
    fromMs: nowMs - DAY_MS,
    toMs: nowMs + 1,
    limit: MAX_COUNTED,
  };
  const { attempts, next } = await listAttempts(forwarding.log, range);
  const delivered =
    attempts.find(({ outcome }) => outcome === "delivered") ??
    (await lastAttempt(forwarding, one.id, "delivered"));
  return {
    ...shown(one, all),
    /** Absent if no attempt was delivered in 30 days. */
    ...defined({ lastDeliveredMs: delivered?.atMs }),
    attempts: {
      ...summaryOf(attempts, range.fromMs, nowMs),
      /** Since when they are counted, if there were more of them. */
      ...defined({ sinceMs: next === undefined ? undefined : attempts.at(-1)?.atMs }),
    },
  };
}

function shown(one: Destination, { health, pauses }: AllDestinations) {
  const { failuresInRow, failingSinceMs, waiting } = health.get(one.id) ?? HEALTHY;
  return {
    ...destinationView(one),
    failuresInRow,
    ...defined({ failingSinceMs }),
    /** Events that wait for it. */
    waiting,
    /** How it does, by its last attempts. */
    condition: conditionOf(one, { failuresInRow }),
    /** True if there is something that it missed and has not got. */
    hasMissed: hasMissed(pauses, one.id),
  };
}

/** Sums up attempts except tests, newest first, in equal bins of the time from `fromMs`. */
export function summaryOf(
  all: readonly Pick<
    AttemptSummary,
    "webhookId" | "atMs" | "outcome" | "durationMs" | "nextAtMs"
  >[],
  fromMs: number,
  nowMs: number,
) {
  const attempts = all.filter(({ webhookId }) => !isTest(webhookId));
  const binMs = Math.max(MINUTE_MS, Math.ceil((nowMs - fromMs) / MAX_BINS));
  const bins = { fromMs, binMs, count: Math.max(1, Math.ceil((nowMs - fromMs) / binMs)) };
  const timesOf = (isDelivered: boolean) =>
    attempts
      .filter(({ outcome }) => (outcome === "delivered") === isDelivered)
      .map(({ atMs }) => atMs);
  const delivered = countIn(timesOf(true), bins);
  const failed = countIn(timesOf(false), bins);
  const times = attempts.map(({ durationMs }) => durationMs).sort((a, b) => a - b);
  const timeAt = (share: number) => times[Math.ceil(times.length * share) - 1];
  return {
    /** When the day begins, and the attempts in each bin of it. */
    fromMs,
    binMs,
    delivered,
    failed,
    /**
     * Those that failed and were the last for their event: it is a dead letter, or was missed in a
     * pause.
     */
    givenUp: attempts.filter(
      ({ outcome, nextAtMs }) => outcome !== "delivered" && nextAtMs === undefined,
    ).length,
    /** How long attempts took, milliseconds: the median, and what 95 of 100 took at most. */
    ...defined({ medianMs: timeAt(0.5), p95Ms: timeAt(0.95) }),
  };
}

/** What the form of a destination needs. */
export type DestinationFormResult = ReturnType<typeof destinationForm>;

/** Returns the settings of a destination, and what can be chosen. */
export function destinationForm() {
  const settings = [...WRITTEN_SETTINGS].map(([name, field]) => {
    const { input, about, choices } = field.shown;
    // Its default as people write it, too.
    return {
      name,
      input,
      about,
      usual: settingText(field, field.fallback),
      ...defined({ choices }),
    };
  });
  return { events: EVENT_TYPES.map(shortType), settings };
}
