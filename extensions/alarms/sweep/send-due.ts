import { mapLimited } from "@rainhooks/core/collections";
import type { Alarm } from "../alarms/alarm.ts";
import type { AlarmKeyFields } from "../alarms/alarm-item.ts";
import { changeStored } from "../alarms/alarm-store.ts";
import { alarmsToSend } from "../alarms/due.ts";
import { afterSending } from "../alarms/messages.ts";
import type { Severity } from "../rule/rule.ts";
import { type AlarmEvent, alarmEvents, type EventAlarm } from "./alarm-event.ts";
import {
  type Batch,
  batchesOf,
  begunBatches,
  deleteBatch,
  messageKey,
  messagesOf,
  putBatch,
} from "./batches.ts";
import { noteSent } from "./sent.ts";
import type { Sweep } from "./sweep-parts.ts";

/**
 * Number of alarms that are read and sent at once: whole reads of the store, so that none is read long before
 * it is sent.
 */
const ALARMS_AT_ONCE = 320;
const WRITES_AT_ONCE = 32;
const BATCHES_AT_ONCE = 2;

/**
 * Sends what earlier sweeps have left: first the batches that one of them has begun, with the same ids and
 * contents; then messages whose time has come.
 *
 * @param severities Those of which there can be messages, in the order in which they are sent.
 */
export async function* sendDue(sweep: Sweep, severities: readonly Severity[]): AsyncGenerator<void, void> {
  const { tables, nowMs } = sweep;
  for (const batch of sweep.begun) {
    await unlessFailed(sweep, () => finish(sweep, batch, new Map()));
    yield;
  }
  for (const severity of severities) {
    let piece: Alarm[] = [];
    for await (const alarm of alarmsToSend(tables.alarms, severity, nowMs)) {
      piece.push(alarm);
      if (piece.length < ALARMS_AT_ONCE) continue;
      await sendAlarms(sweep, piece);
      piece = [];
      yield;
    }
    await sendAlarms(sweep, piece);
  }
}

/** Reads what earlier sweeps have begun to send. */
export async function readBegun(sweep: Sweep): Promise<void> {
  const begun: Batch[] = [];
  for await (const batch of begunBatches(sweep.tables.alarms)) begun.push(batch);
  sweep.begun = begun;
  for (const message of begun.flatMap(messagesOf)) sweep.sending.add(message);
}

/** Sends what this sweep has decided and not sent yet. */
export async function sendDecided(sweep: Sweep): Promise<void> {
  const alarms = [...sweep.toSend.values()];
  sweep.toSend.clear();
  await sendAlarms(sweep, alarms);
}

/**
 * Sends the messages of alarms. Before they are sent, it is noted what is going to be sent: if the process
 * ends meanwhile, the next sweep sends the same events again, and then what has changed since.
 */
async function sendAlarms(sweep: Sweep, alarms: readonly Alarm[]): Promise<void> {
  const { tables } = sweep;
  const known = new Map(alarms.map((alarm) => [alarm.alarmId, alarm]));
  for (const [rule, some] of Map.groupBy(alarms, (alarm) => alarm.rule)) {
    const messages = some.flatMap((alarm) => {
      const { outbox: entry, alarmId } = alarm;
      const isDue = entry !== undefined && !sweep.sending.has(messageKey(alarmId, entry.revision));
      return isDue ? [{ alarm, entry }] : [];
    });
    if (messages.length === 0) continue;
    await unlessFailed(sweep, async () => {
      await mapLimited(batchesOf(alarmEvents(messages)), BATCHES_AT_ONCE, async (batch) => {
        for (const key of messagesOf(batch)) sweep.sending.add(key);
        await putBatch(tables.alarms, batch);
        await finish(sweep, batch, known);
      });
      await noteSent(sweep, rule);
    });
  }
}

/** What cannot be sent stays where it is for the next sweep, and the evaluation goes on. */
async function unlessFailed(sweep: Sweep, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    sweep.failure ??= error;
  }
}

/** @param known Alarms that have just been read or written, by their ids. */
async function finish(sweep: Sweep, batch: Batch, known: ReadonlyMap<string, Alarm>): Promise<void> {
  const { tables, nowMs, counts } = sweep;
  await sweep.send(batch.map(({ event }) => event));
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
  for (const message of messagesOf(batch)) sweep.sending.delete(message);
}

function placeOf(
  { rule, version, kind }: AlarmEvent,
  { node_id, start, series }: EventAlarm,
): AlarmKeyFields {
  return { rule, version, kind, nodeId: node_id, startMs: start, series };
}
