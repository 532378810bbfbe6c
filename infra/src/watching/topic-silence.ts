import type { SourceTopic } from "@rainhooks/stack/topics";
import { type CloudwatchAlarm, orZero, sumOf } from "@rainhooks/stack/watching/alarm";
import { Fn } from "cdktf";

const DAY_S = 86_400;
/** CloudWatch looks at a week at most. Source: Amazon CloudWatch API reference, "PutMetricAlarm". */
const WEEK_DAYS = 7;
/** Days without an event that make a topic quiet: each week has two where nobody works at weekends. */
const QUIET_DAYS = 2;
const EMPTY = {
  statistic: "Sum",
  comparison: "LessThanThreshold",
  threshold: 1,
  missingData: "breaching",
  periodS: DAY_S,
} as const;

/** True for an alarm that notifies nobody by itself: it is on for each topic that has no events. */
export function isPart({ name }: Pick<CloudwatchAlarm, "name">): boolean {
  return /^topic-.*-(empty|quiet)$/.test(name);
}

/**
 * Returns two alarms for each topic: that it had no event for a day, and that it had none on two days of a
 * week. A topic is silent if the first is on, and the second is not: it had events on each of the six days
 * before. So `topic-silent` is on for a day. What comes on topics of another region, CloudWatch counts there.
 */
export function silentTopicAlarms(topics: readonly SourceTopic[]): CloudwatchAlarm[] {
  return topics
    .filter(({ region }) => region === undefined)
    .flatMap(({ id, arn }): CloudwatchAlarm[] => {
      const dimensions = { TopicName: Fn.element(Fn.split(":", arn), 5) };
      const published = { namespace: "AWS/SNS", name: "NumberOfMessagesPublished", dimensions };
      const metric = sumOf("published messages", [published], orZero);
      const quiet = `topic-${id}-quiet`;
      return [
        {
          ...{ name: `topic-${id}-empty`, metric, ...EMPTY, periods: 1, cause: "topic", onceKnown: quiet },
          description: `Nothing was published to the topic ${id} for a day. That is no fault by itself: topic-silent says when it is one.`,
        },
        {
          ...{ name: quiet, metric, ...EMPTY, periods: WEEK_DAYS, enough: QUIET_DAYS, isMuted: true },
          description: `Nothing was published to the topic ${id} on ${QUIET_DAYS} of the last ${WEEK_DAYS} days. That is no fault.`,
        },
      ];
    });
}
