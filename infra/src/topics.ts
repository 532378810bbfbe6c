import { DataAwsCloudformationExport } from "@cdktf/provider-aws/lib/data-aws-cloudformation-export/index.js";
import { DataAwsSnsTopic } from "@cdktf/provider-aws/lib/data-aws-sns-topic/index.js";
import { catalogEntry, type EventType, shortType } from "@rainhooks/core";
import { Construct } from "constructs";
import type { TopicsConfig } from "./config.ts";

const PREFIX = "esp_rainmaker_sns_";
const LEFT_OUT: readonly EventType[] = ["rmaker.event.user_node_sharing_remove"];

/** RainMaker's topics, looked up and never made; a topic that is missing fails the plan with its name. */
export class Topics extends Construct {
  readonly #config: TopicsConfig;
  readonly #arns = new Map<EventType, string>();

  constructor(scope: Construct, config: TopicsConfig) {
    super(scope, "topics");
    this.#config = config;
  }

  /** The topics of some events, with their ARNs. */
  of(events: readonly EventType[]): { readonly type: EventType; readonly arn: string }[] {
    const leftOut = this.#config.leaveOut ?? LEFT_OUT;
    return events.filter((type) => !leftOut.includes(type)).map((type) => ({ type, arn: this.#arn(type) }));
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
