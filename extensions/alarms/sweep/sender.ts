import { collect, mapLimited } from "@rainhooks/core/collections";
import { MINUTE_MS } from "@rainhooks/core/durations";
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
/**
 * After events of a rule were sent, further ones are sent together this much later, unless they are critical.
 */
const GROUP_EVERY_MS = 5 * MINUTE_MS;

/**
 * Returns when a message of a rule is sent with others, epoch milliseconds; `undefined` for at once. What
 * earlier pieces of the same sweep have sent makes no difference: what a sweep finds, it tells.
 */
export function waitsUntilMs({ sentMs, nowMs }: SweepStart, rule: string): number | undefined {
  const untilMs = (sentMs[rule] ?? Number.NEGATIVE_INFINITY) + GROUP_EVERY_MS;
  return untilMs > nowMs ? untilMs : undefined;
}

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
  readonly #rules = new Set<string>();

  private constructor(start: SweepStart, send: SendAlarmEvents, begun: readonly Batch[]) {
    this.#start = start;
    this.#send = send;
    this.#begun = begun;
    this.#messages = new Set(begun.flatMap(messagesOf));
  }

  /** Reads what earlier sweeps have begun to send. */
  static async start(start: SweepStart, send: SendAlarmEvents): Promise<AlarmSender> {
    return new AlarmSender(start, send, await collect(begunBatches(start.tables.alarms)));
  }

  /** When events of rules were sent last, as far as messages can wait for it. */
  sentMs(): Readonly<Record<string, number>> {
    const { sentMs, nowMs } = this.#start;
    const recent = Object.entries(sentMs).filter(([, atMs]) => atMs + GROUP_EVERY_MS > nowMs);
    return Object.fromEntries([...recent, ...[...this.#rules].map((rule) => [rule, nowMs] as const)]);
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
    for (const [rule, some] of Map.groupBy(messages, ({ alarm }) => alarm.rule))
      await this.#unlessFailed(async () => {
        await mapLimited(batchesOf(alarmEvents(some)), BATCHES_AT_ONCE, async (batch) => {
          for (const key of messagesOf(batch)) this.#messages.add(key);
          await putBatch(tables.alarms, batch);
          await this.#finish(batch, known);
        });
        this.#rules.add(rule);
      });
  }

  async #unlessFailed(work: () => Promise<void>): Promise<void> {
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
