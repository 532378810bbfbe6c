import { hash } from "node:crypto";
import { PublishBatchCommand, type SNSClient } from "@aws-sdk/client-sns";
import { chunk, chunkBySize, mapLimited } from "@rainhooks/core/collections";
import { RainhooksError } from "@rainhooks/core/errors";
import { escapeForSqs } from "@rainhooks/sinks/sqs/message";
import type { Alarm, Notice, OutboxEntry } from "../alarms/alarm.ts";
import type { RuleKind, Severity } from "../rule/rule.ts";

/** An alarm in an event. Times are epoch milliseconds. */
export type EventAlarm = Partial<Member> &
  Pick<Member, "alarm_id" | "node_id" | "start" | "raised">;
type Member = ReturnType<typeof memberOf>;

/** An event about alarms of one rule to which the same has happened. */
export interface AlarmEvent {
  /**
   * Follows from the alarms and what has happened to them: `alarmId-notice-revision` for one alarm.
   * It contains no dot.
   */
  readonly id: string;
  /** When it was decided, epoch milliseconds. */
  readonly timestamp: number;
  readonly notice: Notice;
  readonly rule: string;
  readonly version: number;
  readonly kind: RuleKind;
  readonly severity: Severity;
  /** Destinations of `forward` that get it; absent for all that want it. */
  readonly destinations?: readonly string[] | undefined;
  readonly alarms: readonly EventAlarm[];
}

/** Sends events about alarms; it throws if one was not sent. Sending one again does no harm. */
export type SendAlarmEvents = (events: readonly AlarmEvent[]) => Promise<void>;

/** An alarm, and a message about it. */
interface DueMessage {
  readonly alarm: Alarm;
  readonly entry: OutboxEntry;
}

/** From this many alarms of a rule on, one event has several of them. */
const GROUP_FROM = 10;
/** Maximum number of alarms in an event, and in the events that are noted together. */
export const MAX_ALARMS = 200;
/** Maximum size of the alarms of an event: SNS takes 256 KiB in a call, which is two events. */
const MAX_ALARMS_BYTES = 120_000;

/** An event, and the revisions of the messages that it has, in the order of its alarms. */
export interface AlarmNotice {
  readonly event: AlarmEvent;
  readonly revisions: readonly number[];
}

/**
 * Returns the events of messages: those of one rule, version and notice together, if there are
 * many.
 */
export function alarmEvents(messages: readonly DueMessage[]): AlarmNotice[] {
  const groups = Map.groupBy(messages, ({ alarm, entry }) =>
    JSON.stringify([alarm.rule, alarm.version, alarm.severity, entry.notice]),
  );
  return [...groups.values()].flatMap((group) => {
    const isLarge = group.some(({ alarm }) => alarm.kind === "outage");
    const size = group.length < GROUP_FROM || isLarge ? 1 : MAX_ALARMS;
    const inOrder = group.toSorted((a, b) => (memberId(a) < memberId(b) ? -1 : 1));
    return chunkBySize(inOrder, bytesOf, { count: size, bytes: MAX_ALARMS_BYTES })
      .map(eventOf)
      .filter((event) => event !== undefined);
  });
}

function eventOf(messages: readonly DueMessage[]): AlarmNotice | undefined {
  const [first] = messages;
  if (first === undefined) return undefined;
  const { alarm, entry } = first;
  const ids = messages.map(memberId);
  const event: AlarmEvent = {
    id: ids.length === 1 ? (ids[0] ?? "") : hash("sha256", ids.join(" "), "base64url"),
    timestamp: Math.max(...messages.map((due) => due.entry.atMs)),
    notice: entry.notice,
    rule: alarm.rule,
    version: alarm.version,
    kind: alarm.kind,
    severity: alarm.severity,
    ...(alarm.destinations === undefined ? {} : { destinations: alarm.destinations }),
    alarms: messages.map(memberOf),
  };
  return { event, revisions: messages.map((due) => due.entry.revision) };
}

function memberId({ alarm, entry }: DueMessage): string {
  return `${alarm.alarmId}-${entry.notice}-${entry.revision}`;
}

/** Returns how much of a body is about an alarm: the body names its node once more. */
function bytesOf(message: DueMessage): number {
  return Buffer.byteLength(JSON.stringify([memberOf(message), message.alarm.nodeId]));
}

function memberOf({ alarm, entry }: DueMessage) {
  return {
    alarm_id: alarm.alarmId,
    node_id: alarm.nodeId,
    /** Name of the node when the alarm was raised. */
    node_name: alarm.nodeName,
    series: alarm.series,
    start: alarm.startMs,
    raised: alarm.raisedMs,
    end: alarm.endMs,
    /** The former id of a revised alarm. */
    was: entry.was,
    /**
     * Of an outage: how many nodes of the group were offline when it was raised, and the first 100
     * of them.
     */
    member_count: alarm.memberCount,
    members: alarm.members,
    /** Of a series: the value with which it was raised, if it is a number or a boolean. */
    value: alarm.value,
    /** Of a node that is offline: why its session ended, as AWS IoT says. */
    reason: alarm.reason,
  };
}

/** The type of events about alarms. */
const EVENT_TYPE = "rainhooks.event.alarm_changed";
/**
 * SNS accepts up to ten messages per call, 256 KiB together: that is as much as two events with 200
 * alarms may have.
 */
const MESSAGES_PER_CALL = 2;
const CALLS_AT_ONCE = 4;

/** Returns the body of the message with an event, in the format of RainMaker's events. */
function alarmEventBody({ id, timestamp, alarms, ...data }: AlarmEvent): string {
  return JSON.stringify({
    id,
    event_version: "v1",
    event_type: EVENT_TYPE,
    timestamp,
    event_data: { ...data, nodes: nodesOf(alarms), alarms },
  });
}

/** The nodes of alarms: of an outage, those that it lists. */
function nodesOf(alarms: readonly EventAlarm[]): string[] {
  return [...new Set(alarms.flatMap(({ node_id, members = [node_id] }) => members))];
}

/**
 * Makes the function that publishes events about alarms on an SNS topic. The same event has the
 * same body, whenever it is published.
 *
 * @throws {RainhooksError} `sink-unavailable` when SNS does not accept an event.
 */
export function alarmEventPublisher(sns: SNSClient, topicArn: string): SendAlarmEvents {
  return async (events) => {
    await mapLimited(chunk(events, MESSAGES_PER_CALL), CALLS_AT_ONCE, async (some) => {
      const { Failed: [failure] = [] } = await sns.send(
        new PublishBatchCommand({
          TopicArn: topicArn,
          PublishBatchRequestEntries: some.map((event, index) => ({
            Id: String(index),
            Message: escapeForSqs(alarmEventBody(event)),
            MessageAttributes: { event_type: { DataType: "String", StringValue: EVENT_TYPE } },
          })),
        }),
      );
      if (failure === undefined) return;
      const message = `SNS did not accept an event about alarms: ${failure.Code} ${failure.Message ?? ""}`;
      throw new RainhooksError("sink-unavailable", message);
    });
  };
}
