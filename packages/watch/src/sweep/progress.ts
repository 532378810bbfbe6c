import { MINUTE_MS, type RainmakerEvent, SECOND_MS } from "@rainhooks/core";
import type { Sink } from "@rainhooks/sinks";
import type { AlarmTable } from "../alarms/alarm-table.ts";
import { readProgress, type WebhookProgress, writeProgress } from "./sweep-state.ts";

/** Options of {@link notingProgress}. */
export interface ProgressOptions {
  /** Returns whether anybody wants to know; asked with the time at which the batch was published. */
  readonly isWanted: (publishedMs: number) => Promise<boolean>;
  /** @defaultValue Date.now */
  readonly nowMs?: () => number;
}

/** A function notes how far it has come once in this time. */
const NOTE_EVERY_MS = 30 * SECOND_MS;

/**
 * Makes a sink note how far its webhook has come, twice a minute: when the events were published that it writes now, and when it last wrote events
 * of a replay. By this a sweep knows that events have not arrived yet. If it cannot be noted, the events are written all the same.
 */
export function notingProgress<Event extends RainmakerEvent>(
  sink: Sink<Event>,
  table: AlarmTable,
  webhook: string,
  { isWanted, nowMs = Date.now }: ProgressOptions,
): Sink<Event> {
  const noted = { publishedMs: 0, replayedMs: 0 };
  return {
    write: async (items, context) => {
      const failures = await sink.write(items, context);
      const events = items.map(({ value }) => value);
      const progress = progressOf(events, nowMs());
      const isDue = (name: keyof WebhookProgress) =>
        progress[name] !== undefined && nowMs() - noted[name] >= NOTE_EVERY_MS;
      if (!isDue("publishedMs") && !isDue("replayedMs")) return failures;
      try {
        if (await isWanted(nowMs())) await writeProgress(table, webhook, progress);
        for (const name of ["publishedMs", "replayedMs"] as const)
          if (progress[name] !== undefined) noted[name] = nowMs();
      } catch {
        // The next batch tries again.
      }
      return failures;
    },
  };
}

/** Returns when the events of a batch were published: half of them before. Single ones may be late because they were retried. */
function progressOf(events: readonly RainmakerEvent[], nowMs: number): WebhookProgress {
  const published = events.filter(({ replay }) => replay === undefined).map(({ sentAtMs }) => sentAtMs);
  const middle = published.toSorted((a, b) => a - b)[Math.floor(published.length / 2)];
  return {
    ...(middle === undefined ? {} : { publishedMs: middle }),
    ...(published.length < events.length ? { replayedMs: nowMs } : {}),
  };
}

/**
 * Lets alarms wait, as while a replay fills the tables of a webhook, or wait no more.
 *
 * @param waits False: what has filled them is done, and all of it is written.
 */
export function holdAlarms(table: AlarmTable, webhook: string, waits: boolean, nowMs: number): Promise<void> {
  return writeProgress(table, webhook, { replayedMs: waits ? nowMs : nowMs - REPLAY_REST_MS });
}

/** A webhook that writes events which are older than this is behind. */
const BEHIND_MS = 2 * MINUTE_MS;
/** After the last event of a replay, a sweep waits this long. */
const REPLAY_REST_MS = 3 * MINUTE_MS;

/**
 * Returns why alarms cannot be evaluated now: a webhook has not written the events yet that are waiting for it, or a replay fills its table.
 * `undefined` if they can.
 *
 * @param waiting Number of messages in the queue of the webhook.
 */
export async function obstacleOf(
  table: AlarmTable,
  webhook: string,
  waiting: number,
  nowMs: number,
): Promise<string | undefined> {
  const { publishedMs, replayedMs } = await readProgress(table, webhook);
  if (replayedMs !== undefined && nowMs - replayedMs < REPLAY_REST_MS)
    return `a replay fills the tables of ${webhook}`;
  if (waiting === 0 || publishedMs === undefined) return undefined;
  const behindMs = nowMs - publishedMs;
  return behindMs < BEHIND_MS
    ? undefined
    : `${webhook} has not written the events of the last ${Math.round(behindMs / MINUTE_MS)} minutes; ${waiting} messages wait for it`;
}
