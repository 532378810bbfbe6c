import { DataAwsSnsTopic } from "@cdktf/provider-aws/lib/data-aws-sns-topic/index.js";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic/index.js";
import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy/index.js";
import { catalogEntry, type EventType, shortType } from "@rainhooks/core/catalog";
import { Construct } from "constructs";
import { nameOf, type StackConfig, type TopicsConfig } from "./config/config.ts";
import { arnParts } from "./config/values.ts";
import { policy, tlsOnly } from "./policy.ts";
import { type EventSources, isStageTopic } from "./sources.ts";

const PREFIX = "esp_rainmaker_sns_";
/** No public source documents the topics of these events. */
const UNDOCUMENTED: readonly EventType[] = ["rmaker.event.user_node_sharing_remove"];

/** A topic that a stage can subscribe to. */
export interface SourceTopic {
  /** The event without its prefix; for a further topic its name. */
  readonly id: string;
  readonly arn: string;
  /** Region of the topic, if it is not that of the stage. */
  readonly region: string | undefined;
}

/**
 * The actions that a topic's policy denies without TLS. SNS does not accept `sns:*` in a topic
 * policy.
 */
export const TOPIC_ACTIONS = ["sns:Publish", "sns:Subscribe"];

/**
 * The SNS topics of a stage. RainMaker's are looked up, never created; a missing topic fails the
 * Terraform plan with its name. Those of events that the stage derives are created, or all, if
 * RainMaker has none.
 */
export class Topics extends Construct {
  readonly #stage: StackConfig;
  readonly #sources: EventSources;
  readonly #config: TopicsConfig;
  readonly #region: string;
  readonly #arns = new Map<EventType, string>();
  readonly #extraArns = new Map<string, string>();

  constructor(scope: Construct, stage: StackConfig, sources: EventSources) {
    super(scope, "topics");
    this.#stage = stage;
    this.#sources = sources;
    this.#config = stage.topics ?? {};
    this.#region = stage.region;
  }

  /** Returns the ARN of a topic of the stage's own. */
  stageTopicArn(type: EventType): string {
    return this.#arns.get(type) ?? this.#create(type);
  }

  /** Returns the topic of each event, except events that the stage leaves out. */
  of(events: readonly EventType[]): SourceTopic[] {
    const { leaveOut = [], include = [], names = {}, arns = {} } = this.#config;
    const isIncluded = (type: EventType) => include.includes(type) || type in names || type in arns;
    const isLeftOut = (type: EventType) =>
      this.#sources.isAbsent(type) ||
      leaveOut.includes(type) ||
      (UNDOCUMENTED.includes(type) && !isIncluded(type));
    return events
      .filter((type) => !isLeftOut(type))
      .map((type) => ({
        id: shortType(type),
        arn: this.#arn(type),
        region: this.#otherRegion(type),
      }));
  }

  /** Returns the further topics that the stage names: nobody knows which events come on them. */
  extra(): SourceTopic[] {
    const { extra = [] } = this.#config;
    return extra.map((id) => ({ id, arn: this.#extraArn(id), region: undefined }));
  }

  #extraArn(name: string): string {
    const arn =
      this.#extraArns.get(name) ?? new DataAwsSnsTopic(this, `extra_${name}`, { name }).arn;
    this.#extraArns.set(name, arn);
    return arn;
  }

  #otherRegion(type: EventType): string | undefined {
    const region = arnParts(this.#config.arns?.[type] ?? "")?.region;
    return region === this.#region ? undefined : region;
  }

  #arn(type: EventType): string {
    if (isStageTopic(this.#sources, type)) return this.stageTopicArn(type);
    const known = this.#config.arns?.[type] ?? this.#arns.get(type);
    if (known !== undefined) return known;
    const id = shortType(type);
    const { arn } = new DataAwsSnsTopic(this, id, { name: topicName(this.#config, type) });
    this.#arns.set(type, arn);
    return arn;
  }

  #create(type: EventType): string {
    const { kmsKeyArn } = this.#stage;
    const id = shortType(type);
    const topic = new SnsTopic(this, `own_${id}`, {
      name: stageTopicName(this.#stage, type),
      ...(kmsKeyArn === undefined ? {} : { kmsMasterKeyId: kmsKeyArn }),
    });
    new SnsTopicPolicy(this, `own_${id}_policy`, {
      arn: topic.arn,
      policy: policy([tlsOnly("sns", [topic.arn], TOPIC_ACTIONS)]),
    });
    this.#arns.set(type, topic.arn);
    return topic.arn;
  }
}

/** Returns the name of a topic of the stage's own. */
export function stageTopicName(config: StackConfig, type: EventType): string {
  return nameOf(config, shortType(type).replaceAll("_", "-"));
}

/** Returns the name of an event's topic, as a stage configures it. */
export function topicName({ arns, names, prefix = PREFIX }: TopicsConfig, type: EventType): string {
  const arn = arns?.[type];
  if (arn !== undefined) return arnParts(arn)?.resource ?? "";
  return names?.[type] ?? catalogEntry(type).topic.replace(PREFIX, prefix);
}
