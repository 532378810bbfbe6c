import { CloudwatchCompositeAlarm } from "@cdktf/provider-aws/lib/cloudwatch-composite-alarm/index.js";
import {
  CloudwatchMetricAlarm,
  type CloudwatchMetricAlarmConfig,
} from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic/index.js";
import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy/index.js";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription/index.js";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue/index.js";
import { chunk } from "@rainhooks/core/collections";
import { nameOf } from "@rainhooks/stack/config/config";
import { queueEncryption } from "@rainhooks/stack/encryption";
import { allowTopics, MAX_MESSAGE_BYTES } from "@rainhooks/stack/function/function-queues";
import { policy, tlsOnly } from "@rainhooks/stack/policy";
import { TOPIC_ACTIONS } from "@rainhooks/stack/topics";
import {
  type Cause,
  type CloudwatchAlarm,
  type Metric,
  type MetricMath,
  PERIOD_S,
} from "@rainhooks/stack/watching/alarm";
import { Construct } from "constructs";
import type { StageConfig } from "../config.ts";

/**
 * Makes the alarms of a stage, the topic that receives them, and the pages that they belong to. A
 * stage for experiments has pages only if somebody is told of them alone.
 *
 * @param account Id of the AWS account.
 * @param others Names of alarms of the rounds, which a stage may mute, too.
 * @returns The ARNs of those to look at, pages first.
 * @throws {TypeError} if the stage mutes an alarm that does not exist.
 */
export function makeAlarms(
  stack: Construct,
  config: StageConfig,
  account: string,
  alarms: readonly CloudwatchAlarm[],
  others: readonly string[],
): string[] {
  const scope = new Construct(stack, "alarms");
  const { name: stage, production, alarms: given = {} } = config;
  const { emails = [], topicArn, urgentTopicArn, mute = [] } = given;
  const hasOwn = topicArn === undefined || emails.length > 0;
  const own = hasOwn ? [makeTopic(scope, config, account).arn] : [];
  const topicArns = topicArn === undefined ? own : [...own, topicArn];
  // Topics that receive only what cannot wait.
  const urgentArns = urgentTopicArn === undefined ? [] : [urgentTopicArn];
  const hasPages = production || urgentArns.length > 0;
  const pageNames = alarms.flatMap(({ cause }) => (cause === undefined ? [] : [pageName(cause)]));
  const names = [
    ...alarms.map(({ name }) => name),
    ...(hasPages ? new Set(pageNames) : []),
    ...others,
  ];
  const unknown = mute.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new TypeError(
      `Stage ${stage}: alarms.mute: unknown alarm ${unknown} (known: ${names.join(", ")}).`,
    );
  const all = alarms.map((alarm): DeployedAlarm => {
    const isMuted = alarm.isMuted === true || mute.includes(alarm.name);
    const isQuiet = isMuted || (hasPages && alarm.onceKnown !== undefined);
    return { alarm, isMuted, made: makeAlarm(scope, config, alarm, topicArns, isQuiet) };
  });
  const pages = hasPages ? makePages(scope, config, all, [...topicArns, ...urgentArns]) : [];
  return [...pages, ...all.map(({ made }) => made.arn)];
}

function makeAlarm(
  scope: Construct,
  config: StageConfig,
  alarm: CloudwatchAlarm,
  topicArns: string[],
  isQuiet: boolean,
): CloudwatchMetricAlarm {
  return new CloudwatchMetricAlarm(scope, alarm.name, {
    alarmName: nameOf(config, alarm.name),
    alarmDescription: `${alarm.description} What to do: rainhooks docs ${alarm.name}`,
    comparisonOperator: alarm.comparison,
    threshold: alarm.threshold,
    evaluationPeriods: alarm.periods,
    ...(alarm.enough === undefined ? {} : { datapointsToAlarm: alarm.enough }),
    treatMissingData: alarm.missingData ?? "notBreaching",
    ...(isQuiet ? { actionsEnabled: false } : {}),
    // Without actions for OK: each alarm of a new stage would say it once.
    alarmActions: topicArns,
    tags: { level: "today" },
    // AWS deletes no alarm that a page names: the page changes first.
    lifecycle: { createBeforeDestroy: true },
    ...comparedValue(alarm),
  });
}

/** Returns the value that an alarm compares. */
function comparedValue({
  metric,
  statistic,
  periodS: period = PERIOD_S,
}: CloudwatchAlarm): Partial<CloudwatchMetricAlarmConfig> {
  return "expression" in metric
    ? { metricQuery: mathOf(metric, period) }
    : {
        namespace: metric.namespace,
        metricName: metric.name,
        dimensions: metric.dimensions,
        statistic,
        period,
      };
}

function mathOf({ expression, label, metrics, stat }: MetricMath, period: number) {
  const queries = Object.entries(metrics).map(
    ([id, { namespace, name, dimensions }]: [string, Metric]) => ({
      id,
      metric: { namespace, metricName: name, dimensions, stat: stat ?? "Sum", period },
    }),
  );
  return [...queries, { id: "value", expression, label, returnData: true }];
}

/**
 * Alarms of one page, each of which may ask for another: a composite alarm has 100 at most. Source:
 * Amazon CloudWatch API reference, "PutCompositeAlarm".
 */
const MAX_CHILDREN = 50;

/** What each page says. */
const TEXT: Readonly<Record<Cause, string>> = {
  "nothing-out": "Events do not get out to a destination",
  lost: "Events are lost, or will be",
  archive: "The archive fails or is behind, and everything else could be made from it",
  behind: "A function fails, does not run, or is behind",
};

/** An alarm of a stage, as it is deployed. */
interface DeployedAlarm {
  readonly alarm: CloudwatchAlarm;
  readonly made: CloudwatchMetricAlarm;
  readonly isMuted: boolean;
}

/** Returns the name of the page of a cause. */
function pageName(cause: Cause): string {
  return `page-${cause}`;
}

/**
 * Makes one alarm for each cause, which is on while an alarm of that cause is: one cause sends one
 * page, however many alarms it turns on. The reason in the message names the alarm, and so the
 * function.
 *
 * @param alarms All of the stage; muted ones turn no page on.
 * @param toldArns Of the topics that are told.
 * @returns Their ARNs.
 */
function makePages(
  scope: Construct,
  config: StageConfig,
  alarms: readonly DeployedAlarm[],
  toldArns: string[],
): string[] {
  const quoted = (name: string) => `"${nameOf(config, name)}"`;
  const makePage = (cause: Cause, part: readonly DeployedAlarm[], index: number) => {
    const page = pageName(cause);
    const name = index === 0 ? page : `${page}-${index + 1}`;
    const asked = new Set(part.flatMap(({ alarm }) => [alarm.name, alarm.onceKnown]));
    return new CloudwatchCompositeAlarm(scope, name, {
      alarmName: nameOf(config, name),
      alarmDescription: `${TEXT[cause]}. The reason names the alarm and its function, such as ${part[0]?.alarm.name}: rainhooks docs ${part[0]?.alarm.name}. First: rainhooks docs ${page}`,
      alarmRule: part.map(({ alarm }) => isOn(alarm, quoted)).join(" OR "),
      ...(config.alarms?.mute?.includes(page) ? { actionsEnabled: false } : {}),
      alarmActions: toldArns,
      okActions: toldArns,
      tags: { level: "now" },
      dependsOn: alarms.flatMap(({ alarm, made }) => (asked.has(alarm.name) ? [made] : [])),
    }).arn;
  };
  const heard = alarms.filter((one) => !one.isMuted);
  return [...Map.groupBy(heard, ({ alarm }) => alarm.cause)].flatMap(([cause, all]) =>
    cause === undefined
      ? []
      : chunk(all, MAX_CHILDREN).map((part, index) => makePage(cause, part, index)),
  );
}

/** Source of the format: Amazon CloudWatch API reference, "PutCompositeAlarm". */
function isOn({ name, onceKnown }: CloudwatchAlarm, quoted: (name: string) => string): string {
  const on = `ALARM(${quoted(name)})`;
  return onceKnown === undefined ? on : `(${on} AND OK(${quoted(onceKnown)}))`;
}

const RETENTION_S = 14 * 86_400;

/** Makes the topic that a stage's alarms publish to, and its e-mail subscriptions. */
function makeTopic(parent: Construct, config: StageConfig, account: string): SnsTopic {
  const scope = new Construct(parent, "topic");
  const { kmsKeyArn, alarms: { emails = [] } = {} } = config;
  // Encrypted only with a key of yours: CloudWatch cannot use the AWS managed key of SNS. Messages
  // contain only names and counts.
  const topic = new SnsTopic(scope, "topic", {
    name: nameOf(config, "alarms"),
    ...(kmsKeyArn === undefined ? {} : { kmsMasterKeyId: kmsKeyArn }),
  });
  new SnsTopicPolicy(scope, "policy", {
    arn: topic.arn,
    policy: policy([
      {
        service: "cloudwatch.amazonaws.com",
        actions: ["sns:Publish"],
        resources: [topic.arn],
        conditions: { StringEquals: { "aws:SourceAccount": account } },
      },
      tlsOnly("sns", [topic.arn], TOPIC_ACTIONS),
    ]),
  });
  if (emails.length > 0) subscribeEmails(scope, config, topic.arn, emails);
  return topic;
}

function subscribeEmails(
  scope: Construct,
  config: StageConfig,
  topicArn: string,
  emails: readonly string[],
): void {
  const undelivered = new SqsQueue(scope, "undelivered", {
    name: nameOf(config, "alarms-undelivered"),
    maxMessageSize: MAX_MESSAGE_BYTES,
    messageRetentionSeconds: RETENTION_S,
    ...queueEncryption(config),
  });
  allowTopics(scope, "undelivered-policy", undelivered, [topicArn]);
  for (const email of emails)
    new SnsTopicSubscription(scope, `email-${email}`, {
      topicArn,
      protocol: "email",
      endpoint: email,
      redrivePolicy: JSON.stringify({ deadLetterTargetArn: undelivered.arn }),
    });
}
