import { mapLimited } from "@rainhooks/core/collections";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { type Alarm, sendMsOf } from "../alarms/alarm.ts";
import { alarmKey } from "../alarms/alarm-item.ts";
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
import type { SweepStart } from "./sweep.ts";

/** Sends events about alarms; it throws if one was not sent. Sending one again does no harm. */
export type SendAlarmEvents = (events: readonly AlarmEvent[]) => Promise<void>;

/**
 * Number of alarms that are read and sent at once: whole reads of the store, so that none is read long before
 * it is sent.
 */
const ALARMS_AT_ONCE = 320;
const WRITES_AT_ONCE = 32;
const BATCHES_AT_ONCE = 2;
/** Sends the messages of a sweep. No message is in two events. */
export class AlarmSender {
  /** Number of events that were sent. */
  sent = 0;
  /** What has failed: it stays where it is for the next sweep. */
  readonly failures: unknown[] = [];
  readonly #start: SweepStart;
  readonly #send: SendAlarmEvents;
  readonly #begun: readonly Batch[];
  /** Messages in batches that were begun, by this sweep or an earlier one. */
  readonly #messages: Set<string>;

  private constructor(start: SweepStart, send: SendAlarmEvents, begun: readonly Batch[]) {
    this.#start = start;
    this.#send = send;
    this.#begun = begun;
    this.#messages = new Set(begun.flatMap(messagesOf));
  }

  /** Reads what earlier sweeps have begun to send. */
  static async start(start: SweepStart, send: SendAlarmEvents): Promise<AlarmSender> {
    return new AlarmSender(start, send, await begunBatches(start.tables.alarms));
  }

  /**
   * Sends what earlier sweeps have left: first the batches that one of them has begun, with the same ids and
   * contents; then messages whose time has come, as long as there is time.
   *
   * @param severities Those of which there can be messages, in the order in which they are sent.
   */
  async sendDue(severities: readonly Severity[], hasTime: () => boolean): Promise<void> {
    const { tables, nowMs } = this.#start;
    for (const batch of this.#begun) await this.#unlessFailed(() => this.#finish(batch, new Map()));
    for (const severity of severities) {
      let piece: Alarm[] = [];
      for await (const alarm of alarmsToSend(tables.alarms, severity, nowMs)) {
        piece.push(alarm);
        if (piece.length < ALARMS_AT_ONCE) continue;
        await this.send(piece);
        piece = [];
        if (!hasTime()) return;
      }
      await this.send(piece);
    }
  }

  /**
   * Sends the messages of alarms that have one whose time has come. Before they are sent, it is noted what is
   * going to be sent: if the process ends meanwhile, the next sweep sends the same events again, and then
   * what has changed since.
   *
   * @param alarms As they were read or written; of one that comes several times, the last one counts.
   */
  async send(alarms: readonly Alarm[]): Promise<void> {
    const { tables, nowMs } = this.#start;
    const known = new Map(alarms.map((alarm) => [alarm.alarmId, alarm]));
    const messages = [...known.values()].flatMap((alarm) => {
      const { outbox: entry, alarmId } = alarm;
      const isDue = entry !== undefined && sendMsOf(alarm) <= nowMs;
      return isDue && !this.#messages.has(messageKey(alarmId, entry.revision)) ? [{ alarm, entry }] : [];
    });
    for (const some of Map.groupBy(messages, ({ alarm }) => alarm.rule).values())
      await this.#unlessFailed(() =>
        mapLimited(batchesOf(alarmEvents(some)), BATCHES_AT_ONCE, async (batch) => {
          for (const key of messagesOf(batch)) this.#messages.add(key);
          await putBatch(tables.alarms, batch);
          await this.#finish(batch, known);
        }),
      );
  }

  async #unlessFailed(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.failures.push(error);
    }
  }

  /** @param known Alarms that have just been read or written, by their ids. */
  async #finish(batch: Batch, known: ReadonlyMap<string, Alarm>): Promise<void> {
    const { tables, nowMs } = this.#start;
    await this.#send(batch.map(({ event }) => event));
    this.sent += batch.length;
    const messages = batch.flatMap(({ event, revisions }) =>
      event.alarms.map((member, index) => ({ event, member, revision: revisions[index] ?? 0 })),
    );
    await mapLimited(messages, WRITES_AT_ONCE, async ({ event, member, revision }) => {
      const isOver = event.notice === "cleared" || member.end !== undefined;
      const sent = { notice: event.notice, revision, isOver };
      const after = (alarm: Alarm) => afterSending(alarm, sent, nowMs);
      await changeStored(tables.alarms, keyOf(event, member), after, known.get(member.alarm_id));
    });
    await deleteBatch(tables.alarms, batch);
  }
}

function keyOf({ rule, version, kind }: AlarmEvent, { node_id, start, series }: EventAlarm): Attributes {
  return alarmKey({ rule, version, kind, nodeId: node_id, startMs: start, series });
}
