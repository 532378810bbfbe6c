import type { EventType } from "@rainhooks/core";

/** How Terraform finds RainMaker's SNS topics. */
export interface TopicsConfig {
  /** Prefix of the names of the topics. @defaultValue `esp_rainmaker_sns_` */
  readonly prefix?: string;
  /** Find topics by name, or by the CloudFormation exports of RainMaker's stacks, which contain the names. @defaultValue `name` */
  readonly lookup?: "name" | "export";
  /** Names of topics that differ from RainMaker's, by event. */
  readonly names?: Readonly<Partial<Record<EventType, string>>>;
  /**
   * ARNs of topics in another account or region, by event. They are not looked up. The policy of a topic in another account must
   * allow this account to subscribe (`sns:Subscribe`). Messages of a topic in another region that SNS cannot deliver are lost: AWS allows
   * no dead-letter queue there.
   */
  readonly arns?: Readonly<Partial<Record<EventType, string>>>;
  /**
   * Events whose topics do not exist in the RainMaker deployment. `user_node_sharing_remove` is always left out, because no public
   * source documents its topic; `include`, `names` or `arns` add it.
   */
  readonly leaveOut?: readonly EventType[];
  /** Events that are otherwise left out, and whose topics exist. */
  readonly include?: readonly EventType[];
  /**
   * Names of further topics of the RainMaker deployment, such as `esp_rainmaker_sns_node_status_modified`. Only the archive subscribes to them: which
   * events come on them is not known.
   */
  readonly extra?: readonly string[];
}
