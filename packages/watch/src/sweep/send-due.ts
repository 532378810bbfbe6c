import { MINUTE_MS, mapLimited } from "@rainhooks/core";
import type { Alarm } from "../alarms/alarm.ts";
import type { AlarmPlace } from "../alarms/alarm-item.ts";
import { changeStored, dueItems, putAlarm } from "../alarms/alarm-store.ts";
import { afterSending } from "../alarms/messages.ts";
import { afterWait } from "../alarms/transition.ts";
import { isGroupKind } from "../rule/rule.ts";
import { type AlarmEvent, alarmEvents, type EventAlarm } from "./alarm-event.ts";
import { type Batch, batchesOf, begunBatches, deleteBatch, putBatch } from "./batches.ts";
import type { SendAlarmEvents, Sweep } from "./parts.ts";
import { readSent, writeSent } from "./state.ts";
import type { Subjects } from "./subjects.ts";

/** After events of a rule were sent, further ones are sent together this much later, unless they are critical. */
const GROUP_EVERY_MS = 5 * MINUTE_MS;
const WRITES_AT_ONCE = 32;
const BATCHES_AT_ONCE = 2;

/** Adds what is due for an evaluation, and moves alarms on whose wait is over. */
export async function takeDue(sweep: Sweep, subjects: Subjects): Promise<void> {
  const { tables, nowMs, counts } = sweep;
  for await (const due of dueItems(tables.alarms, nowMs)) {
    if (due.kind === "node") {
      subjects.nodes.add(due.nodeId);
      subjects.pending.add(due.nodeId);
    } else {
      const { alarm } = due;
      addSubject(subjects, alarm, nowMs);
      const next = afterWait(alarm, nowMs);
      if (next !== undefined && (await putAlarm(tables.alarms, next, alarm))) counts.changed += 1;
    }
  }
}

/** Alarms about groups are evaluated by rules of their own. */
function addSubject(subjects: Subjects, alarm: Alarm, nowMs: number): void {
  const { kind, nodeId, series, endMs, endsMs = Number.POSITIVE_INFINITY } = alarm;
  if (series !== undefined && endMs === undefined) subjects.addSeries(nodeId, series);
  else if (endsMs <= nowMs && !isGroupKind(kind)) subjects.nodes.add(nodeId);
}

/**
 * Sends what is in the outboxes of alarms. Before it is sent, it is noted what is going to be sent: if the process ends meanwhile, the next sweep
 * sends the same events again, with the same ids and contents, and then what has changed since.
 */
export async function sendDue(sweep: Sweep, send: SendAlarmEvents): Promise<void> {
  const { tables, nowMs } = sweep;
  for await (const batch of begunBatches(tables.alarms)) await finish(sweep, batch, send, new Map());
  const alarms: Alarm[] = [];
  for await (const due of dueItems(tables.alarms, nowMs))
    if (due.kind === "alarm" && due.alarm.outbox !== undefined) alarms.push(due.alarm);
  for (const [rule, some] of Map.groupBy(alarms, (alarm) => alarm.rule)) {
    const sentMs = await readSent(tables.alarms, rule);
    const mayWait = sentMs !== undefined && nowMs - sentMs < GROUP_EVERY_MS;
    const now = some.filter(({ severity }) => !mayWait || severity === "critical");
    if (now.length === 0) continue;
    const events = alarmEvents(
      now.flatMap((alarm) => (alarm.outbox === undefined ? [] : [{ alarm, entry: alarm.outbox }])),
    );
    const known = new Map(now.map((alarm) => [alarm.alarmId, alarm]));
    await mapLimited(batchesOf(events), BATCHES_AT_ONCE, async (batch) => {
      await putBatch(tables.alarms, batch);
      await finish(sweep, batch, send, known);
    });
    if (!mayWait) await writeSent(tables.alarms, rule, nowMs);
  }
}

/** @param known Alarms that have just been read, by their ids. */
async function finish(
  { tables, nowMs, counts }: Sweep,
  batch: Batch,
  send: SendAlarmEvents,
  known: ReadonlyMap<string, Alarm>,
): Promise<void> {
  await send(batch.map(({ event }) => event));
  counts.sent += batch.length;
  const messages = batch.flatMap(({ event, revisions }) =>
    event.alarms.map((member, index) => ({ event, member, revision: revisions[index] ?? 0 })),
  );
  await mapLimited(messages, WRITES_AT_ONCE, async ({ event, member, revision }) => {
    const isOver = event.notice === "cleared" || member.end !== undefined;
    const sent = { notice: event.notice, revision, isOver };
    await changeStored(tables.alarms, placeOf(event, member), known.get(member.alarm_id), (alarm) =>
      afterSending(alarm, sent, nowMs),
    );
  });
  await deleteBatch(tables.alarms, batch);
}

function placeOf({ rule, version, kind }: AlarmEvent, { node_id, start, series }: EventAlarm): AlarmPlace {
  return { rule, version, kind, nodeId: node_id, startMs: start, series };
}
