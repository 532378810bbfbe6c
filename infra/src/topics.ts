import { DataAwsCloudformationExport } from "@cdktf/provider-aws/lib/data-aws-cloudformation-export/index.js";
import { DataAwsSnsTopic } from "@cdktf/provider-aws/lib/data-aws-sns-topic/index.js";
import { catalogEntry, type EventType, shortType } from "@rainhooks/core";
import { Construct } from "constructs";
import type { TopicsConfig } from "./config.ts";

const PREFIX = "esp_rainmaker_sns_";
/** No public source documents the topics of these events. */
const UNDOCUMENTED: readonly EventType[] = ["rmaker.event.user_node_sharing_remove"];

/** RainMaker's SNS topics. They are looked up, never created; a missing topic fails the Terraform plan with its name. */
export class Topics extends Construct {
  readonly #config: TopicsConfig;
  readonly #arns = new Map<EventType, string>();

  constructor(scope: Construct, config: TopicsConfig) {
    super(scope, "topics");
    this.#config = config;
  }

  /** Returns the ARN of the topic of each event, except events that the stage leaves out. */
  of(events: readonly EventType[]): { readonly type: EventType; readonly arn: string }[] {
    const { leaveOut = [], include = [] } = this.#config;
    const isLeftOut = (type: EventType) =>
      leaveOut.includes(type) || (UNDOCUMENTED.includes(type) && !include.includes(type));
    return events.filter((type) => !isLeftOut(type)).map((type) => ({ type, arn: this.#arn(type) }));
  }

  #arn(type: EventType): string {
    const known = this.#arns.get(type);
    if (known !== undefined) return known;
    const id = shortType(type);
    const { arn } = new DataAwsSnsTopic(this, id, { name: this.#name(type, id) });
    this.#arns.set(type, arn);
    return arn;
  }

  #name(type: EventType, id: string): string {
    const { topic, export: exportName } = catalogEntry(type);
    if (this.#config.lookup === "export") {
      return new DataAwsCloudformationExport(this, `${id}_export`, { name: exportName }).value;
    }
    return topic.replace(PREFIX, this.#config.prefix ?? PREFIX);
  }
}
