import { CATALOG } from "@rainhooks/core";
import type { StageConfig } from "../config/config.ts";
import { topicName } from "../topics.ts";
import { isTopicArn } from "./formats.ts";

/** Returns what is wrong with the topics of a stage. */
export function topicMistakes({ topics = {} }: StageConfig): (string | false)[] {
  const { prefix, names = {}, arns = {}, leaveOut = [], include = [], extra = [] } = topics;
  const events = [...Object.keys(names), ...Object.keys(arns), ...leaveOut, ...include];
  return [
    ...unknownEvents("topics", events),
    prefix !== undefined &&
      !/^[\w-]{0,200}$/.test(prefix) &&
      "topics.prefix must have up to 200 letters, digits, dashes and underscores",
    ...Object.entries(names).map(
      ([event, name]) =>
        !/^[\w-]{1,256}$/.test(name) &&
        `topics.names.${event} must have 1 to 256 letters, digits, dashes and underscores`,
    ),
    ...extra.flatMap((name, index) => [
      !/^[\w-]{1,256}$/.test(name) &&
        `topics.extra: ${name} must have 1 to 256 letters, digits, dashes and underscores`,
      extra.indexOf(name) < index && `topics.extra has ${name} twice`,
      CATALOG.some(({ type }) => topicName(topics, type) === name) &&
        `topics.extra: ${name} is the topic of an event already`,
    ]),
    ...Object.entries(arns).flatMap(([event, arn]) => [
      !isTopicArn(arn) &&
        `topics.arns.${event} is not the ARN of an SNS topic, such as arn:aws:sns:eu-central-1:123456789012:my-topic`,
      event in names && `topics has both a name and an ARN for ${event}; remove one`,
    ]),
  ];
}

/** Returns a mistake for each text that is not an event type. */
export function unknownEvents(where: string, events: readonly string[]): string[] {
  return [...new Set(events)]
    .filter((event) => !CATALOG.some(({ type }) => type === event))
    .map((event) => `${where}: unknown event ${event}, known are those of docs/events.md`);
}
