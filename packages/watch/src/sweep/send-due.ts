import { MINUTE_MS, mapLimited } from "@rainhooks/core";
import type { Alarm, OutboxEntry } from "../alarms/alarm.ts";
import { dueItems, putAlarm } from "../alarms/alarm-store.ts";
import { afterWait } from "../alarms/transition.ts";
import { alarmEvents, type Due } from "./alarm-event.ts";
import type { SendAlarmEvents, Sweep } from "./parts.ts";
import { readSent, writeSent } from "./state.ts";
import type { Subjects } from "./subjects.ts";

/** After events of a rule were sent, further ones are sent together this much later, unless they are critical. */
const GROUP_EVERY_MS = 5 * MINUTE_MS;
const WRITES_AT_ONCE = 32;

/** Adds what is due for an evaluation, and moves alarms on whose wait is over. */
export async function takeDue(sweep: Sweep, subjects: Subjects): Promise<void> {
  const { tables, nowMs, counts } = sweep;
  for await (const due of dueItems(tables.alarms, nowMs)) {
    if (due.kind === "node") {
      subjects.nodes.add(due.nodeId);
      subjects.pending.add(due.nodeId);
    } else {
      const { alarm } = due;
      const { nodeId, series, endMs, endsMs = Number.POSITIVE_INFINITY } = alarm;
      if (series !== undefined && endMs === undefined) subjects.addSeries(nodeId, series);
      else if (endsMs <= nowMs) subjects.nodes.add(nodeId);
      const next = afterWait(alarm, nowMs);
      if (next !== undefined && (await putAlarm(tables.alarms, next, alarm))) counts.changed += 1;
    }
  }
}

/**
 * Sends what is in the outboxes of alarms, and then takes it out. If the process ends in between, the next sweep sends the same events again:
 * they have the same ids.
 */
export async function sendDue(sweep: Sweep, send: SendAlarmEvents): Promise<void> {
  const { tables, nowMs, counts } = sweep;
  const alarms: Alarm[] = [];
  for await (const due of dueItems(tables.alarms, nowMs))
    if (due.kind === "alarm" && due.alarm.outbox.length > 0) alarms.push(due.alarm);
  for (const [rule, some] of Map.groupBy(alarms, (alarm) => alarm.rule)) {
    const sentMs = await readSent(tables.alarms, rule);
    const mayWait = sentMs !== undefined && nowMs - sentMs < GROUP_EVERY_MS;
    const now = some.filter(({ severity }) => !mayWait || severity === "critical");
    if (now.length === 0) continue;
    const events = alarmEvents(now.flatMap((alarm) => alarm.outbox.map((entry): Due => ({ alarm, entry }))));
    await send(events);
    counts.sent += events.length;
    if (!mayWait) await writeSent(tables.alarms, rule, nowMs);
    await mapLimited(now, WRITES_AT_ONCE, (alarm) =>
      putAlarm(tables.alarms, afterSending(alarm, nowMs), alarm),
    );
  }
}

function afterSending(alarm: Alarm, nowMs: number): Alarm {
  const isSent = alarm.outbox.some(({ notice }: OutboxEntry) => notice !== "retracted");
  return {
    ...alarm,
    revision: alarm.revision + 1,
    isSent: isSent && alarm.retractedMs === undefined,
    lastSentMs: nowMs,
    outbox: [],
  };
}
