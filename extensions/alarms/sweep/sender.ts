import { DeleteItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { chunkBySize, mapLimited } from "@rainhooks/core/collections";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { queryAll, type TableAccess } from "@rainhooks/dynamodb/read-all";
import { type Alarm, sendMsOf } from "../alarms/alarm.ts";
import { alarmKey } from "../alarms/alarm-item.ts";
import { changeStored } from "../alarms/alarm-store.ts";
import { alarmsToSend } from "../alarms/due.ts";
import { afterSending } from "../alarms/transition.ts";
import type { Severity } from "../rule/rule.ts";
import { type AlarmNotice, alarmEvents, MAX_ALARMS, type SendAlarmEvents } from "./alarm-event.ts";
import type { SweepStart } from "./sweep-state.ts";

/**
 * Number of alarms that are read and sent at once: whole reads of the store, so that none is read
 * long before it is sent.
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
    this.#messages = new Set(begun.flatMap(messagesOf).map(({ key }) => key));
  }

  /** Reads what earlier sweeps have begun to send. */
  static async start(start: SweepStart, send: SendAlarmEvents): Promise<AlarmSender> {
    return new AlarmSender(start, send, await unfinishedBatches(start.tables.alarms));
  }

  /**
   * Sends what earlier sweeps have left: first the batches that one of them has begun, with the
   * same ids and contents; then messages whose time has come, as long as there is time.
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
   * Sends the messages of alarms that have one whose time has come. Before they are sent, it is
   * noted what is going to be sent: if the process ends meanwhile, the next sweep sends the same
   * events again, and then what has changed since.
   *
   * @param alarms As they were read or written; of one that comes several times, the last one
   * counts.
   */
  async send(alarms: readonly Alarm[]): Promise<void> {
    const { tables, nowMs } = this.#start;
    const known = new Map(alarms.map((alarm) => [alarm.alarmId, alarm]));
    const messages = [...known.values()].flatMap((alarm) => {
      const { outbox: entry, alarmId } = alarm;
      const isDue = entry !== undefined && sendMsOf(alarm) <= nowMs;
      return isDue && !this.#messages.has(messageKey(alarmId, entry.revision))
        ? [{ alarm, entry }]
        : [];
    });
    for (const some of Map.groupBy(messages, ({ alarm }) => alarm.rule).values())
      await this.#unlessFailed(() =>
        mapLimited(batchesOf(alarmEvents(some)), BATCHES_AT_ONCE, async (batch) => {
          for (const { key } of messagesOf(batch)) this.#messages.add(key);
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
    await mapLimited(messagesOf(batch), WRITES_AT_ONCE, async ({ event, member, revision }) => {
      const { rule, version, kind, notice } = event;
      const { node_id: nodeId, start: startMs, series } = member;
      const key = alarmKey({ rule, version, kind, nodeId, startMs, series });
      const sent = { notice, revision, isOver: notice === "cleared" || member.end !== undefined };
      const after = (alarm: Alarm) => afterSending(alarm, sent, nowMs);
      await changeStored(tables.alarms, key, after, known.get(member.alarm_id));
    });
    await deleteBatch(tables.alarms, batch);
  }
}

/** Events that are sent and noted together. */
type Batch = readonly AlarmNotice[];

/** The partition with the batches that have been begun. */
const SENDING = "sending";

/**
 * Maximum size of a batch as JSON: an item may have 400 KB, and an event of an outage lists up to
 * 100 nodes.
 */
const MAX_BYTES = 250_000;

/** Divides events into batches that fit in an item each. */
export function batchesOf(events: readonly AlarmNotice[]): Batch[] {
  const sizeOf = (one: AlarmNotice) =>
    Math.max(
      Buffer.byteLength(JSON.stringify(one)),
      (one.event.alarms.length * MAX_BYTES) / MAX_ALARMS,
    );
  return chunkBySize(events, sizeOf, { count: events.length, bytes: MAX_BYTES });
}

/** Returns the messages of a batch: its alarms, with the revisions of the messages about them. */
export function messagesOf(batch: Batch) {
  return batch.flatMap(({ event, revisions }) =>
    event.alarms.map((member, index) => {
      const revision = revisions[index] ?? 0;
      return { event, member, revision, key: messageKey(member.alarm_id, revision) };
    }),
  );
}

/** Returns what tells a message from others. */
function messageKey(alarmId: string, revision: number): string {
  return `${alarmId}-${revision}`;
}

/** Notes that a batch is going to be sent. */
async function putBatch({ client, tableName }: TableAccess, batch: Batch): Promise<void> {
  const item = { ...batchKey(batch), events: { S: JSON.stringify(batch) } };
  await client.send(new PutItemCommand({ TableName: tableName, Item: item }));
}

/** Notes that a batch was sent, and that its alarms say so. */
async function deleteBatch({ client, tableName }: TableAccess, batch: Batch): Promise<void> {
  await client.send(new DeleteItemCommand({ TableName: tableName, Key: batchKey(batch) }));
}

/** Returns the batches that were begun, and of which it is not known whether they were sent. */
async function unfinishedBatches(table: TableAccess): Promise<Batch[]> {
  const items = await queryAll(table, {
    ConsistentRead: true,
    KeyConditionExpression: "subject = :sending",
    ExpressionAttributeValues: { ":sending": { S: SENDING } },
  });
  // The partition has only what putBatch has written.
  return items.map(({ events }) => JSON.parse(events?.S ?? "[]") as Batch);
}

function batchKey(batch: Batch): Attributes {
  return { subject: { S: SENDING }, item: { S: batch[0]?.event.id ?? "" } };
}
