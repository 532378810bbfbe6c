import { PublishBatchCommand, type SNSClient } from "@aws-sdk/client-sns";
import { chunk, mapLimited } from "@rainhooks/core/collections";
import { RainhooksError } from "@rainhooks/core/errors";
import { escapeForSqs } from "@rainhooks/sinks/sqs/message";
import type { AlarmEvent, EventAlarm } from "./alarm-event.ts";
import type { SendAlarmEvents } from "./sender.ts";

/** The type of events about alarms. */
const EVENT_TYPE = "rainhooks.event.alarm_changed";
/**
 * SNS accepts up to ten messages per call, 256 KiB together: that is as much as two events with 200 alarms
 * may have.
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
 * Makes the function that publishes events about alarms on an SNS topic. The same event has the same body,
 * whenever it is published.
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
