import { CATALOG } from "@rainhooks/core";
import type { StageConfig } from "../config/config.ts";
import { topicName } from "../topics.ts";

/** Returns what is wrong with topics of a stage that must fit together. */
export function topicMistakes({ topics = {} }: StageConfig): (string | false)[] {
  const { names = {}, arns = {}, extra = [] } = topics;
  return [
    ...extra.flatMap((name, index) => [
      extra.indexOf(name) < index && `topics.extra has ${name} twice`,
      CATALOG.some(({ type }) => topicName(topics, type) === name) &&
        `topics.extra: ${name} is the topic of an event already`,
    ]),
    ...Object.keys(arns).map(
      (event) => event in names && `topics has both a name and an ARN for ${event}; remove one`,
    ),
  ];
}
