import { defined } from "@rainhooks/core/collections";
import type { Episode } from "../episode.ts";
import type { Rule } from "../rule/rule.ts";
import type { MaintenanceWindow } from "../rules/maintenance.ts";
import { type Alarm, isMuted, type Notice, type OutboxEntry, shelvingEndMs } from "./alarm.ts";

/** What a sweep knows when it changes an alarm. */
interface Circumstances {
  readonly rule: Rule;
  /** Present name of the node; absent if it is not known, and for a group. */
  readonly nodeName?: string | undefined;
  /** Epoch milliseconds. */
  readonly nowMs: number;
  /** The maintenance window because of which a new alarm is not sent. */
  readonly window?: MaintenanceWindow | undefined;
  /**
   * An alarm that this one continues: of the former version of its rule, or one that began at
   * another time.
   */
  readonly continues?: Alarm | undefined;
}

/**
 * Returns an alarm that is new or has changed. What is sent follows from it: an alarm that was
 * already over when it was found is recorded and not sent; what ends before `raised` was sent is
 * not sent at all; the end of an alarm by a change of its rule is silent.
 *
 * @param before The alarm as it is stored; `undefined` if there is none with this id.
 */
export function afterChange(
  before: Alarm | undefined,
  episode: Episode,
  circumstances: Circumstances,
): Alarm {
  const { nowMs } = circumstances;
  if (before === undefined || before.retractedMs !== undefined)
    return withMessage(newAlarm(before, episode, circumstances), nowMs);
  const { endsMs: _, suppressedBy, suppressedUntilMs, ...rest } = before;
  const suppression =
    episode.ended === undefined ? defined({ suppressedBy, suppressedUntilMs }) : {};
  return withMessage({ ...rest, ...suppression, ...episode, revision: before.revision + 1 }, nowMs);
}

function newAlarm(
  before: Alarm | undefined,
  episode: Episode,
  { rule, window, continues, nodeName = continues?.nodeName }: Circumstances,
): Alarm {
  const { ackedMs, ackedBy, shelvedUntilMs, lastSentMs } = continues ?? {};
  const { knownAs, knownOver } = (continues?.knownAs === undefined ? before : continues) ?? {};
  // Under a new version of its rule, an alarm goes on silently: receivers are taken to know its new
  // id.
  const isSilent = continues?.knownAs !== undefined && continues.version !== episode.version;
  return {
    ...episode,
    kind: rule.kind,
    severity: rule.severity,
    revision: (before?.revision ?? 0) + 1,
    ...defined({
      knownAs: isSilent ? episode.alarmId : knownAs,
      knownOver,
      nodeName,
      sentRevision: before?.sentRevision,
      ackedMs,
      ackedBy,
      shelvedUntilMs,
      lastSentMs,
      reAlarmMs: rule.reAlarmMs,
      latch: rule.latch,
      destinations: rule.destinations,
      suppressedBy: window && `maintenance:${window.name}`,
      suppressedUntilMs: window?.toMs,
    }),
  };
}

/**
 * Returns an alarm that did not happen.
 *
 * @param revisedTo The id of the alarm in its place: it names the id under which receivers know
 * this one.
 */
export function retractAlarm(alarm: Alarm, nowMs: number, revisedTo?: string): Alarm {
  const after: Alarm = { ...alarm, revision: alarm.revision + 1, retractedMs: nowMs };
  if (revisedTo === undefined) return withMessage(after, nowMs);
  const { knownAs: _, knownOver: _over, ...rest } = after;
  return withMessage({ ...rest, revisedTo }, nowMs);
}

/**
 * Returns an alarm whose time to wait is over: shelving, suppression or the time until it is sent
 * again; `undefined` if none is.
 */
export function afterWait(alarm: Alarm, nowMs: number): Alarm | undefined {
  if (alarm.ended !== undefined || alarm.retractedMs !== undefined) return undefined;
  const { shelvedUntilMs, suppressedUntilMs } = alarm;
  const isWaitOver = (untilMs: number | undefined) => untilMs !== undefined && untilMs <= nowMs;
  if (isWaitOver(shelvedUntilMs) || isWaitOver(suppressedUntilMs)) return released(alarm, nowMs);
  const { reAlarmMs, lastSentMs, ackedMs } = alarm;
  if (reAlarmMs === undefined || lastSentMs === undefined || ackedMs !== undefined)
    return undefined;
  if (lastSentMs + reAlarmMs > nowMs || isMuted(alarm, nowMs) || alarm.outbox !== undefined)
    return undefined;
  return withReminder({ ...alarm, revision: alarm.revision + 1 }, nowMs);
}

/** Returns an alarm without the shelving and the suppression that are over. */
function released(alarm: Alarm, nowMs: number): Alarm {
  const { shelvedUntilMs: _, suppressedBy, suppressedUntilMs, ...rest } = alarm;
  const isSuppressed = suppressedBy !== undefined && (suppressedUntilMs ?? nowMs + 1) > nowMs;
  const next: Alarm = {
    ...rest,
    revision: alarm.revision + 1,
    ...defined({ shelvedUntilMs: shelvingEndMs(alarm, nowMs) }),
    ...(isSuppressed ? defined({ suppressedBy, suppressedUntilMs }) : {}),
  };
  const isKnown = next.knownAs === next.alarmId && next.knownOver !== true;
  const isDue = isKnown && next.ackedMs === undefined && !isMuted(next, nowMs);
  return isDue ? withReminder(next, nowMs) : withMessage(next, nowMs);
}

/**
 * Returns an alarm with the message that tells receivers what they do not know: it follows from
 * what the alarm is, and what was sent last about it. A message that already waits and still says
 * so stays as it is, with its id.
 */
function withMessage(alarm: Alarm, nowMs: number): Alarm {
  const notice = missingNotice(alarm, nowMs);
  const { outbox, ...rest } = alarm;
  if (notice === undefined) return rest;
  const was = alarm.knownAs === alarm.alarmId ? undefined : alarm.knownAs;
  if (outbox?.notice === notice && outbox.was === was) return alarm;
  return { ...rest, outbox: entryOf(alarm, notice, nowMs, was) };
}

/** Returns an alarm with a message that says once more that it lasts. */
function withReminder(alarm: Alarm, nowMs: number): Alarm {
  return { ...alarm, outbox: entryOf(alarm, "reminder", nowMs, undefined) };
}

function entryOf(
  { revision }: Alarm,
  notice: Notice,
  atMs: number,
  was: string | undefined,
): OutboxEntry {
  return { notice, revision, atMs, ...defined({ was }) };
}

/**
 * What ends before receivers know it is not sent; the end of an alarm by a change of its rule is
 * silent.
 */
function missingNotice(alarm: Alarm, nowMs: number): Notice | undefined {
  const { alarmId, knownAs, knownOver = false, retractedMs, ended } = alarm;
  if (retractedMs !== undefined) return knownAs === undefined ? undefined : "retracted";
  if (ended === "rule-changed") return undefined;
  const isOver = ended === "cleared";
  if (isOver && !knownOver) return knownAs === undefined ? undefined : "cleared";
  if (knownAs !== undefined && knownAs !== alarmId) return "revised";
  return isOver ? undefined : noticeOfOpen(alarm, nowMs);
}

function noticeOfOpen(alarm: Alarm, nowMs: number): Notice | undefined {
  const { knownAs, knownOver = false, ackedMs, outbox } = alarm;
  if (knownAs !== undefined && !knownOver)
    return outbox?.notice === "reminder" ? "reminder" : undefined;
  const isNew = ackedMs === undefined || outbox?.notice === "raised";
  return isNew && !isMuted(alarm, nowMs) ? "raised" : undefined;
}

/** A message about an alarm that was sent. */
interface SentMessage {
  readonly notice: Notice;
  readonly revision: number;
  /** True if it says that the alarm has ended. */
  readonly isOver: boolean;
}

/**
 * Returns an alarm after a message about it was sent; `undefined` if it says so already. If it has
 * changed since the message was made, the next message follows from that.
 */
export function afterSending(alarm: Alarm, sent: SentMessage, nowMs: number): Alarm | undefined {
  if (sent.revision <= (alarm.sentRevision ?? 0)) return undefined;
  const { outbox, knownAs: _, knownOver: _over, ...rest } = alarm;
  const isSame = outbox?.notice === sent.notice && outbox.revision === sent.revision;
  const noted: Alarm = {
    ...rest,
    revision: alarm.revision + 1,
    ...(sent.notice === "retracted" ? {} : { knownAs: alarm.alarmId, knownOver: sent.isOver }),
    lastSentMs: nowMs,
    sentRevision: sent.revision,
    ...(isSame || outbox === undefined ? {} : { outbox }),
  };
  return withMessage(noted, nowMs);
}
