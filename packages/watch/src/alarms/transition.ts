import type { Change } from "../compare.ts";
import type { Rule } from "../rule/rule.ts";
import { type Alarm, isHeldBack, type Notice } from "./alarm.ts";

/** What a sweep knows when it changes an alarm. */
export interface Circumstances {
  readonly rule: Rule;
  /** Epoch milliseconds. */
  readonly nowMs: number;
  /** The maintenance window or the outage because of which new alarms are not sent. */
  readonly suppression?: { readonly by: string; readonly untilMs: number | undefined } | undefined;
  /** An alarm that this one continues: of the former version of its rule, or one that began at another time. */
  readonly continues?: Alarm | undefined;
}

/** Adds a message to the outbox of an alarm. */
function withNotice(alarm: Alarm, notice: Notice, nowMs: number, was?: string): Alarm {
  const entry = { notice, revision: alarm.revision, atMs: nowMs, ...(was === undefined ? {} : { was }) };
  return { ...alarm, outbox: [...alarm.outbox, entry] };
}

/**
 * Returns an alarm after a change. What is sent follows from it: an alarm that was already over when it was found is recorded and not sent; what
 * ends before `raised` was sent is not sent at all; the end of an alarm by a change of its rule is silent.
 *
 * @param before The alarm as it is stored; `undefined` if there is none with this id.
 */
export function afterChange(
  before: Alarm | undefined,
  change: Exclude<Change, { readonly kind: "retracted" }>,
  circumstances: Circumstances,
): Alarm {
  const { nowMs } = circumstances;
  const { episode } = change;
  if (before === undefined || before.retractedMs !== undefined)
    return newAlarm(before, change, circumstances);
  const { endsMs: _, ...rest } = before;
  const alarm = { ...rest, ...episode, revision: before.revision + 1 };
  if (change.kind === "cleared") return ended(alarm, nowMs);
  if (change.kind === "reopened" && before.isSent && !isHeldBack(before, nowMs))
    return withNotice(alarm, "raised", nowMs);
  return alarm;
}

function newAlarm(
  before: Alarm | undefined,
  change: Exclude<Change, { readonly kind: "retracted" }>,
  { rule, nowMs, suppression, continues }: Circumstances,
): Alarm {
  const { episode } = change;
  const { ackedMs, ackedBy, shelvedUntilMs, isSent = false, lastSentMs } = continues ?? {};
  const alarm: Alarm = {
    ...episode,
    kind: rule.kind,
    severity: rule.severity,
    revision: (before?.revision ?? 0) + 1,
    ...kept({ destinations: rule.destinations }),
    ...kept({ ackedMs, ackedBy, shelvedUntilMs, lastSentMs, reAlarmMs: rule.reAlarmMs, latch: rule.latch }),
    ...(suppression === undefined
      ? {}
      : kept({ suppressedBy: suppression.by, suppressedUntilMs: suppression.untilMs })),
    isSent,
    outbox: [],
  };
  if (change.kind === "revised" && isSent) return withNotice(alarm, "revised", nowMs, change.was);
  if (isSent || episode.endMs !== undefined || isHeldBack(alarm, nowMs)) return alarm;
  return withNotice(alarm, "raised", nowMs);
}

function kept<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}

/** An alarm that ends before `raised` was sent is not sent at all. */
function ended(alarm: Alarm, nowMs: number): Alarm {
  const { suppressedBy: _, suppressedUntilMs: _until, ...rest } = alarm;
  const silent = {
    ...rest,
    outbox: rest.outbox.filter(({ notice }) => notice !== "raised" && notice !== "reminder"),
  };
  if (!alarm.isSent || alarm.ended === "rule-changed") return silent;
  return withNotice(silent, "cleared", nowMs);
}

/**
 * Returns an alarm that did not happen.
 *
 * @param revisedTo The id of the alarm in its place, which names it.
 */
export function retracted(alarm: Alarm, nowMs: number, revisedTo?: string): Alarm {
  const silent: Alarm = {
    ...alarm,
    revision: alarm.revision + 1,
    retractedMs: nowMs,
    outbox: [],
    ...(revisedTo === undefined ? {} : { revisedTo }),
  };
  return alarm.isSent && revisedTo === undefined ? withNotice(silent, "retracted", nowMs) : silent;
}

/** Returns an alarm whose time to wait is over: shelving, suppression or the time until it is sent again; `undefined` if none is. */
export function afterWait(alarm: Alarm, nowMs: number): Alarm | undefined {
  if (alarm.ended !== undefined || alarm.retractedMs !== undefined) return undefined;
  const { shelvedUntilMs, suppressedUntilMs } = alarm;
  const isWaitOver = (untilMs: number | undefined) => untilMs !== undefined && untilMs <= nowMs;
  if (isWaitOver(shelvedUntilMs) || isWaitOver(suppressedUntilMs)) return released(alarm, nowMs);
  const { reAlarmMs, lastSentMs, ackedMs } = alarm;
  if (reAlarmMs === undefined || lastSentMs === undefined || ackedMs !== undefined) return undefined;
  if (lastSentMs + reAlarmMs > nowMs || isHeldBack(alarm, nowMs) || alarm.outbox.length > 0) return undefined;
  return withNotice({ ...alarm, revision: alarm.revision + 1 }, "reminder", nowMs);
}

/** Returns an alarm without the shelving and the suppression that are over. */
function released(alarm: Alarm, nowMs: number): Alarm {
  const { shelvedUntilMs, suppressedBy, suppressedUntilMs, ...rest } = alarm;
  const isSuppressed = suppressedBy !== undefined && (suppressedUntilMs ?? nowMs + 1) > nowMs;
  const next: Alarm = {
    ...rest,
    revision: alarm.revision + 1,
    ...(shelvedUntilMs !== undefined && shelvedUntilMs > nowMs ? { shelvedUntilMs } : {}),
    ...(isSuppressed ? kept({ suppressedBy, suppressedUntilMs }) : {}),
  };
  if (isHeldBack(next, nowMs) || next.ackedMs !== undefined) return next;
  return withNotice(next, next.isSent ? "reminder" : "raised", nowMs);
}
