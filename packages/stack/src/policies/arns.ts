import { CATALOG } from "@rainhooks/core/catalog";
import type { StackConfig } from "../config/config.ts";
import { type EventSources, isOwnTopic } from "../sources.ts";
import { ownTopicName, topicName } from "../topics.ts";

/** Makes ARNs of a stage's account and region. */
export interface ArnMaker {
  /** Partition of AWS: `aws`, `aws-cn` or `aws-us-gov`. */
  readonly partition: string;
  /** The account; `*` if the stage names none. */
  readonly account: string;
  of(service: string, resource: string): string;
  /** An ARN of a service that has no regions. */
  global(service: string, resource: string): string;
  /** The ARN of a bucket or its objects, which has neither region nor account. */
  bucket(name: string): string;
}

/** Returns the maker of a stage's ARNs. */
export function arnMaker({ region, accountId: account = "*" }: StackConfig): ArnMaker {
  const partition = partitionOf(region);
  return {
    partition,
    account,
    of: (service, resource) => `arn:${partition}:${service}:${region}:${account}:${resource}`,
    global: (service, resource) => `arn:${partition}:${service}::${account}:${resource}`,
    bucket: (name) => `arn:${partition}:s3:::${name}`,
  };
}

function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}

/** Returns the ARNs of the topics of a stage. */
export function topicArnsOf(config: StackConfig, arns: ArnMaker, sources: EventSources): string[] {
  const { topics = {} } = config;
  const ofEvents = CATALOG.map(({ type }) =>
    isOwnTopic(sources, type)
      ? arns.of("sns", ownTopicName(config, type))
      : (topics.arns?.[type] ?? arns.of("sns", topicName(topics, type))),
  );
  return [...ofEvents, ...(topics.extra ?? []).map((name) => arns.of("sns", name))];
}
