import * as v from "valibot";
import { email, fields, list, topicArn, whole } from "./values.ts";

/** Who receives the alarms of a stage. Thresholds are set per webhook. */
export const AlarmsSchema = fields({
  /** E-mail addresses. Each must confirm its subscription once. */
  emails: v.exactOptional(list(email())),
  /**
   * ARN of a topic of yours that receives every alarm. Its policy must allow `cloudwatch.amazonaws.com` to publish. Without `emails`
   * the stage then has no topic of its own.
   */
  topicArn: v.exactOptional(topicArn()),
  /** ARN of a topic of yours that receives only alarms at which somebody should look at once, also at night, besides the receivers of all. Its policy must allow the same. */
  urgentTopicArn: v.exactOptional(topicArn()),
  /**
   * Dollars that a month may cost: AWS Budgets sends the `emails` a message when it is likely to cost more, and when it has. What counts has the tag `stage`, which must be
   * activated once as a cost allocation tag of the account.
   */
  monthlyUsd: v.exactOptional(whole(1, 10_000_000)),
  /** Alarms that notify nobody, by the part of their name after the stage, such as `hello-failing`. They stay on the dashboard of CloudWatch. */
  mute: v.exactOptional(list(v.string("must be the name of an alarm"))),
});
