import { nameOf } from "@rainhooks/stack/config/config";
import type { FunctionResources } from "@rainhooks/stack/function/function-resources";
import { subscriptionsOf } from "@rainhooks/stack/function/triggers/subscriptions";
import type { Statement } from "@rainhooks/stack/policy";
import { type CloudwatchAlarm, PERIOD_S } from "@rainhooks/stack/watching/alarm";
import { type HourlyAlarm, outputsParameter, type StageOutputs } from "@rainhooks/stage/outputs";
import { deadLetterQueueName } from "@rainhooks/webhook/names";
import type { StageConfig } from "../config.ts";
import { ALL_CHECKS } from "../parts.ts";

/** Returns the ARNs of the topics that are told of a stage's alarms. */
function alarmTopics(
  { alarms: { emails = [], topicArn, urgentTopicArn } = {}, ...config }: StageConfig,
  arnOf: (service: string, resource: string) => string,
) {
  const own = topicArn === undefined || emails.length > 0;
  return {
    topics: [
      ...(own ? [arnOf("sns", nameOf(config, "alarms"))] : []),
      ...(topicArn === undefined ? [] : [topicArn]),
    ],
    urgentTopics: urgentTopicArn === undefined ? [] : [urgentTopicArn],
  };
}

/**
 * Returns what the rounds may do besides what they do with their table.
 *
 * @param tableArns ARNs of the tables of the stage, by their names within it.
 */
export function roundsStatements(
  config: StageConfig,
  functions: readonly FunctionResources[],
  tableArns: ReadonlyMap<string, string>,
  arnOf: (service: string, resource: string) => string,
): Statement[] {
  const { topics, urgentTopics } = alarmTopics(config, arnOf);
  const queues = functions.flatMap(({ definition: { name }, queues }) =>
    queues === undefined ? [] : [name, deadLetterQueueName(name)],
  );
  const scanned = ALL_CHECKS.flatMap(({ reads = [] }) => reads).flatMap(
    (name) => tableArns.get(name) ?? [],
  );
  const sources = new Map(
    functions.flatMap((one) => one.topics.map(({ id, arn }) => [id, arn] as const)),
  );
  return [
    {
      actions: ["ssm:GetParameter"],
      resources: [arnOf("ssm", `parameter${outputsParameter(config.name)}`)],
    },
    {
      actions: ["sqs:GetQueueAttributes"],
      resources: queues.map((name) => arnOf("sqs", nameOf(config, name))),
    },
    { actions: ["dynamodb:Scan"], resources: [...new Set(scanned)] },
    { actions: ["sns:ListSubscriptionsByTopic"], resources: [...sources.values()] },
    {
      actions: ["cloudwatch:GetMetricData"],
      resources: ["*"],
      wildcard: "Reading metrics has no resources.",
    },
    { actions: ["sns:Publish"], resources: [...topics, ...urgentTopics] },
  ].filter(({ resources }) => resources.length > 0);
}

/**
 * Returns an alarm on the sum of some metrics as the rounds evaluate it: it has no other
 * expression, and the periods that are enough follow each other.
 */
function hourlyOutput({ metric, ...alarm }: CloudwatchAlarm): HourlyAlarm {
  const metrics = "expression" in metric ? Object.values(metric.metrics) : [metric];
  const { name, description, statistic, threshold: max, periods, periodS = PERIOD_S } = alarm;
  const { enough = periods } = alarm;
  return {
    name,
    description,
    metrics: metrics.map((one) => [
      one.namespace,
      one.name,
      ...Object.entries(one.dimensions).flat(),
    ]),
    statistic,
    max,
    periods: enough,
    periodS,
  };
}

/** Returns what the rounds are told of a stage. */
export function roundsOutputs(
  config: StageConfig,
  functions: readonly FunctionResources[],
  hourly: readonly CloudwatchAlarm[],
  arnOf: (service: string, resource: string) => string,
): NonNullable<StageOutputs["rounds"]> {
  return {
    ...alarmTopics(config, arnOf),
    mute: [...(config.alarms?.mute ?? [])],
    hourly: hourly.map(hourlyOutput),
    subscriptions: subscriptionsOf(config, functions),
  };
}
