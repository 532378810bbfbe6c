/** Who receives the alarms of a stage. Thresholds are set per webhook. */
export interface AlarmsConfig {
  /** E-mail addresses. Each must confirm its subscription once. */
  readonly emails?: readonly string[];
  /**
   * ARN of a topic of yours that receives every alarm. Its policy must allow `cloudwatch.amazonaws.com` to publish. Without `emails`
   * the stage then has no topic of its own.
   */
  readonly topicArn?: string;
  /** ARN of a topic of yours that receives only alarms at which somebody should look at once, also at night, besides the receivers of all. Its policy must allow the same. */
  readonly urgentTopicArn?: string;
  /** Alarms that notify nobody, by the part of their name after the stage, such as `hello-failing`. They stay on the dashboard of CloudWatch. */
  readonly mute?: readonly string[];
}
