import type { Episode } from "../episode.ts";
import type { RuleKind, Severity } from "../rule/rule.ts";

/** What is sent about an alarm. */
export type Notice = "raised" | "cleared" | "retracted" | "revised" | "reminder";

/** A message about an alarm that has to be sent. */
export interface OutboxEntry {
  readonly notice: Notice;
  readonly revision: number;
  /** When it was decided, epoch milliseconds. */
  readonly atMs: number;
  /** The id under which receivers know the alarm, if it is another one. */
  readonly was?: string | undefined;
}

/** An alarm as it is stored. */
export interface Alarm extends Episode {
  readonly kind: RuleKind;
  readonly severity: Severity;
  /**
   * Name of its node when it was raised: what is sent about it names the node as this, also after
   * the node was renamed. Absent if it was not known, and for a group.
   */
  readonly nodeName?: string | undefined;
  /** Number of changes; the id of a message contains it. */
  readonly revision: number;
  /** When it was found that it had not happened, epoch milliseconds. */
  readonly retractedMs?: number | undefined;
  /** The id under which it began at another time. */
  readonly revisedTo?: string | undefined;
  readonly ackedMs?: number | undefined;
  readonly ackedBy?: string | undefined;
  readonly shelvedUntilMs?: number | undefined;
  /** The maintenance window or the outage because of which it is not sent. */
  readonly suppressedBy?: string | undefined;
  readonly suppressedUntilMs?: number | undefined;
  /** The id under which receivers know it, its own or a former one; `undefined` if they do not. */
  readonly knownAs?: string | undefined;
  /** True: receivers know that it has ended. */
  readonly knownOver?: boolean | undefined;
  readonly lastSentMs?: number | undefined;
  /** Revision of the last message that was sent. */
  readonly sentRevision?: number | undefined;
  readonly reAlarmMs?: number | undefined;
  readonly latch?: boolean | undefined;
  readonly destinations?: readonly string[] | undefined;
  /** The message that has to be sent; `undefined` if receivers know all. */
  readonly outbox?: OutboxEntry | undefined;
}

/** The states of an alarm. */
export const ALARM_STATES = [
  "raised",
  "acknowledged",
  "shelved",
  "suppressed",
  "cleared",
  "rule-changed",
  "retracted",
] as const;

/** The state of an alarm. */
export type AlarmState = (typeof ALARM_STATES)[number];

/** Returns the state of an alarm at a time. */
export function alarmState(alarm: Alarm, nowMs: number): AlarmState {
  if (alarm.retractedMs !== undefined) return "retracted";
  if (alarm.ended !== undefined) return alarm.ended;
  if (alarm.ackedMs !== undefined) return "acknowledged";
  if (shelvingEndMs(alarm, nowMs) !== undefined) return "shelved";
  return alarm.suppressedBy === undefined ? "raised" : "suppressed";
}

/**
 * Returns from when on an alarm needs attention and nobody handles it, unless it changes, epoch
 * milliseconds: 0 if that is so now, infinite if it is acknowledged, suppressed or not open.
 */
export function unhandledFromMs(alarm: Alarm): number {
  const { ackedMs, suppressedBy, shelvedUntilMs = 0 } = alarm;
  const isHandled = ackedMs !== undefined || suppressedBy !== undefined;
  return isHandled || !isOpen(alarm) ? Number.POSITIVE_INFINITY : shelvedUntilMs;
}

/**
 * Returns until when an alarm is shelved, epoch milliseconds; `undefined` if it is not, also before
 * a sweep has noticed that its shelving is over.
 */
export function shelvingEndMs({ shelvedUntilMs = 0 }: Alarm, nowMs: number): number | undefined {
  return shelvedUntilMs > nowMs ? shelvedUntilMs : undefined;
}

/** Returns true for an alarm that has neither ended nor was taken back. */
export function isLasting({ endMs, retractedMs }: Partial<Alarm>): boolean {
  return endMs === undefined && retractedMs === undefined;
}

/**
 * Returns from when on alarms can still change by an event of a time or later: since this time, or
 * since the first alarm began that lasted then. Epoch milliseconds.
 */
export function recentFromMs(alarms: readonly Alarm[], sinceMs: number): number {
  const recent = alarms.filter(
    ({ endMs = Number.POSITIVE_INFINITY, retractedMs }) =>
      retractedMs === undefined && endMs > sinceMs,
  );
  return Math.min(sinceMs, ...recent.map(({ startMs }) => startMs));
}

/**
 * Returns true for an alarm that needs attention: it lasts, or it has ended, is latched and nobody
 * has acknowledged it.
 */
export function isOpen({ retractedMs, ended, latch, ackedMs }: Partial<Alarm>): boolean {
  if (retractedMs !== undefined) return false;
  return ended === undefined || (ended === "cleared" && latch === true && ackedMs === undefined);
}

/** Returns true if messages about an alarm are held back at a time. */
export function isMuted(alarm: Alarm, nowMs: number): boolean {
  return shelvingEndMs(alarm, nowMs) !== undefined || alarm.suppressedBy !== undefined;
}

/**
 * Returns when the message of an alarm may be sent, epoch milliseconds; infinite if there is none.
 */
export function sendMsOf({ outbox }: Alarm): number {
  return outbox?.atMs ?? Number.POSITIVE_INFINITY;
}

/**
 * Returns when a sweep must look at an alarm although nothing happens, epoch milliseconds; infinite
 * if it need not.
 */
export function lookMsOf(alarm: Alarm): number {
  const { shelvedUntilMs, suppressedUntilMs, endsMs, reAlarmMs, lastSentMs, ackedMs, series } =
    alarm;
  if (alarm.retractedMs !== undefined || alarm.ended !== undefined) return Number.POSITIVE_INFINITY;
  const reminderMs =
    reAlarmMs === undefined || lastSentMs === undefined || ackedMs !== undefined
      ? undefined
      : Math.max(lastSentMs + reAlarmMs, shelvedUntilMs ?? 0, suppressedUntilMs ?? 0);
  // Values within the bounds are not marked: an alarm of a series is looked at until it ends.
  const valuesMs = series === undefined ? undefined : alarm.raisedMs;
  const times = [valuesMs, shelvedUntilMs, suppressedUntilMs, endsMs, reminderMs];
  return Math.min(...times.map((atMs = Number.POSITIVE_INFINITY) => atMs));
}
