import { DataAwsCloudformationExport } from "@cdktf/provider-aws/lib/data-aws-cloudformation-export/index.js";
import { DataAwsSnsTopic } from "@cdktf/provider-aws/lib/data-aws-sns-topic/index.js";
import { catalogEntry, type EventType, shortType } from "@rainhooks/core";
import { Construct } from "constructs";
import { arnParts } from "./check/formats.ts";
import type { StageConfig, TopicsConfig } from "./config/config.ts";

const PREFIX = "esp_rainmaker_sns_";
/** No public source documents the topics of these events. */
const UNDOCUMENTED: readonly EventType[] = ["rmaker.event.user_node_sharing_remove"];

/** A topic that a stage can subscribe to. */
export interface FoundTopic {
  readonly type: EventType;
  readonly arn: string;
  /** Region of the topic, if it is not that of the stage. */
  readonly region: string | undefined;
}

/** RainMaker's SNS topics. They are looked up, never created; a missing topic fails the Terraform plan with its name. */
export class Topics extends Construct {
  readonly #config: TopicsConfig;
  readonly #region: string;
  readonly #arns = new Map<EventType, string>();

  constructor(scope: Construct, { topics = {}, region }: StageConfig) {
    super(scope, "topics");
    this.#config = topics;
    this.#region = region;
  }

  /** Returns the topic of each event, except events that the stage leaves out. */
  of(events: readonly EventType[]): FoundTopic[] {
    const { leaveOut = [], include = [], names = {}, arns = {} } = this.#config;
    const isIncluded = (type: EventType) => include.includes(type) || type in names || type in arns;
    const isLeftOut = (type: EventType) =>
      leaveOut.includes(type) || (UNDOCUMENTED.includes(type) && !isIncluded(type));
    return events
      .filter((type) => !isLeftOut(type))
      .map((type) => ({ type, arn: this.#arn(type), region: this.#otherRegion(type) }));
  }

  #otherRegion(type: EventType): string | undefined {
    const region = arnParts(this.#config.arns?.[type] ?? "")?.region;
    return region === this.#region ? undefined : region;
  }

  #arn(type: EventType): string {
    const known = this.#config.arns?.[type] ?? this.#arns.get(type);
    if (known !== undefined) return known;
    const id = shortType(type);
    const { arn } = new DataAwsSnsTopic(this, id, { name: this.#name(type, id) });
    this.#arns.set(type, arn);
    return arn;
  }

  #name(type: EventType, id: string): string {
    const named = this.#config.names?.[type];
    if (named === undefined && this.#config.lookup === "export") {
      return new DataAwsCloudformationExport(this, `${id}_export`, { name: catalogEntry(type).export }).value;
    }
    return topicName(this.#config, type);
  }
}

/** Returns the name of an event's topic, as a stage configures it. */
export function topicName({ arns, names, prefix = PREFIX }: TopicsConfig, type: EventType): string {
  const arn = arns?.[type];
  if (arn !== undefined) return arnParts(arn)?.resource ?? "";
  return names?.[type] ?? catalogEntry(type).topic.replace(PREFIX, prefix);
}
