import { type Alarm, isHeldBack, type Notice, type OutboxEntry } from "./alarm.ts";

/**
 * Returns an alarm with the message that tells receivers what they do not know: it follows from what the
 * alarm is, and what was sent last about it. A message that already waits and still says so stays as it is,
 * with its id.
 */
export function withMessage(alarm: Alarm, nowMs: number): Alarm {
  const notice = missingNotice(alarm, nowMs);
  const { outbox, ...rest } = alarm;
  if (notice === undefined) return rest;
  const was = alarm.knownAs === alarm.alarmId ? undefined : alarm.knownAs;
  if (outbox?.notice === notice && outbox.was === was) return alarm;
  return { ...rest, outbox: entryOf(alarm, notice, nowMs, was) };
}

/** Returns an alarm with a message that says once more that it lasts. */
export function withReminder(alarm: Alarm, nowMs: number): Alarm {
  return { ...alarm, outbox: entryOf(alarm, "reminder", nowMs, undefined) };
}

function entryOf({ revision }: Alarm, notice: Notice, atMs: number, was: string | undefined): OutboxEntry {
  return { notice, revision, atMs, ...(was === undefined ? {} : { was }) };
}

/** What ends before receivers know it is not sent; the end of an alarm by a change of its rule is silent. */
function missingNotice(alarm: Alarm, nowMs: number): Notice | undefined {
  const { alarmId, knownAs, retractedMs, ended } = alarm;
  if (retractedMs !== undefined) return knownAs === undefined ? undefined : "retracted";
  if (ended === "rule-changed") return undefined;
  const isOther = knownAs !== undefined && knownAs !== alarmId;
  return ended === "cleared" ? noticeOfEnd(alarm, isOther) : isOther ? "revised" : noticeOfOpen(alarm, nowMs);
}

function noticeOfEnd({ knownAs, knownOver = false }: Alarm, isOther: boolean): Notice | undefined {
  if (knownOver) return isOther ? "revised" : undefined;
  return knownAs === undefined ? undefined : "cleared";
}

function noticeOfOpen(alarm: Alarm, nowMs: number): Notice | undefined {
  const { knownAs, knownOver = false, outbox } = alarm;
  if (knownAs === undefined || knownOver) return isRaisedWanted(alarm, nowMs) ? "raised" : undefined;
  return outbox?.notice === "reminder" ? "reminder" : undefined;
}

function isRaisedWanted(alarm: Alarm, nowMs: number): boolean {
  return (alarm.ackedMs === undefined || alarm.outbox?.notice === "raised") && !isHeldBack(alarm, nowMs);
}

/** A message about an alarm that was sent. */
export interface SentMessage {
  readonly notice: Notice;
  readonly revision: number;
  /** True if it says that the alarm has ended. */
  readonly isOver: boolean;
}

/**
 * Returns an alarm after a message about it was sent; `undefined` if it says so already. If it has changed
 * since the message was made, the next message follows from that.
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
