import * as v from "valibot";
import { byEvent, choice, eventType, fields, list, text, topicArn, topicName } from "./values.ts";

/** How Terraform finds RainMaker's SNS topics. */
export const TopicsSchema = fields({
  /** Prefix of the names of the topics. @defaultValue `esp_rainmaker_sns_` */
  prefix: v.exactOptional(
    text(/^[\w-]{0,200}$/, "must have up to 200 letters, digits, dashes and underscores"),
  ),
  /** Find topics by name, or by the CloudFormation exports of RainMaker's stacks, which contain the names. @defaultValue `name` */
  lookup: v.exactOptional(choice(["name", "export"])),
  /** Names of topics that differ from RainMaker's, by event. */
  names: v.exactOptional(byEvent(topicName())),
  /**
   * ARNs of topics in another account or region, by event. They are not looked up. The policy of a topic in another account must
   * allow this account to subscribe (`sns:Subscribe`). Messages of a topic in another region that SNS cannot deliver are lost: AWS allows
   * no dead-letter queue there.
   */
  arns: v.exactOptional(byEvent(topicArn())),
  /**
   * Events whose topics do not exist in the RainMaker deployment. `user_node_sharing_remove` is always left out, because no public
   * source documents its topic; `include`, `names` or `arns` add it.
   */
  leaveOut: v.exactOptional(list(eventType())),
  /** Events that are otherwise left out, and whose topics exist. */
  include: v.exactOptional(list(eventType())),
  /**
   * Names of further topics of the RainMaker deployment, such as `esp_rainmaker_sns_node_status_modified`. Only the archive subscribes to them: which
   * events come on them is not known.
   */
  extra: v.exactOptional(list(topicName())),
});
