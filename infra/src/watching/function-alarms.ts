import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function/index.js";
import type { EventType } from "@rainhooks/core";
import { counted } from "@rainhooks/core";
import { OLDEST_FAILED } from "@rainhooks/webhook/metrics";
import type { StageConfig } from "../config/config.ts";
import type { DeployedFunction } from "../function/deployed.ts";
import type { FunctionResources } from "../function/function-resources.ts";
import {
  type Alarm,
  countAbove,
  functionMetric,
  queueMetric,
  streamMetric,
  sumOf,
  valueAbove,
} from "./alarm.ts";

const MAX_AGE_S = 900;
const SILENT_AFTER_HOURS = 24;
const MINUTE_S = 60;
const HOUR_S = 3600;
const MIN_PERIOD_MINUTES = 5;
const MISSED_RUNS = 3;
/** Events that every fleet sends daily. */
const DAILY_EVENTS: readonly EventType[] = [
  "rmaker.event.node_connected",
  "rmaker.event.node_params_changed",
  "rmaker.event.node_ts_data",
];

/** Returns the alarms of a function, by its trigger. One that programs invoke has none: the program says what fails. */
export function functionAlarms(config: StageConfig, made: FunctionResources): Alarm[] {
  const { definition, function: lambda, queues } = made;
  const { name } = definition;
  const ofInvocations = lambda === undefined ? [] : [failingAlarm(definition, lambda)];
  switch (definition.trigger) {
    case "topics":
      return [
        ...queueAlarms(config.name, definition, made),
        ...ofInvocations,
        ...(queues?.queue === undefined && lambda !== undefined ? droppedAlarms(name, lambda) : []),
        ...silenceAlarms(config, definition, made),
      ];
    case "queue":
      return [...queueAlarms(config.name, definition, made), ...ofInvocations];
    case "rate":
      return [...ofInvocations, ...rateAlarms(config.name, definition, lambda)];
    case "url":
      return ofInvocations;
    case "invocation":
      return [];
  }
}

function queueAlarms(
  stage: string,
  { name, queue: shape, alarms, paused }: DeployedFunction<"topics" | "queue">,
  { function: lambda, queues }: FunctionResources,
): Alarm[] {
  if (queues === undefined) return [];
  const { queue, deadLetters } = queues;
  const { maxDeadLetters = 0, maxAgeS = MAX_AGE_S + shape.maxDelayS } = alarms;
  const { retryMaxWaitS } = shape;
  return [
    {
      name: `${name}-dead-letters`,
      description: `Records of ${name} are in its dead-letter queue. Check their attribute "reason" before a redrive.`,
      metric: queueMetric("ApproximateNumberOfMessagesVisible", deadLetters),
      ...valueAbove(maxDeadLetters),
      level: "today",
    },
    ...(queue === undefined
      ? []
      : [
          {
            name: `${name}-late`,
            description: `The oldest message in the queue of ${name} is older than ${maxAgeS} s.`,
            metric: queueMetric("ApproximateAgeOfOldestMessage", queue),
            ...valueAbove(maxAgeS),
            level: "now",
            isMuted: paused,
          } as const,
          ...(lambda === undefined ? [] : [stuckAlarm(stage, name, { maxAgeS, retryMaxWaitS, paused })]),
        ]),
  ];
}

/**
 * What fails is returned to its queue, so Lambda counts no error; and SQS leaves messages that were received three times or more out of the age of its oldest
 * message. So the function says how old the oldest record is that has failed. In each period, such a record is tried at least once, unless its failure asks for a longer wait.
 * Source: Amazon SQS developer guide, "Available CloudWatch metrics for Amazon SQS".
 */
function stuckAlarm(
  stage: string,
  name: string,
  {
    maxAgeS,
    retryMaxWaitS,
    paused,
  }: { readonly maxAgeS: number; readonly retryMaxWaitS: number; readonly paused: boolean },
): Alarm {
  return {
    name: `${name}-stuck`,
    description: `A record of ${name} has failed again and again for more than ${maxAgeS} s. See its log for "Will be retried". Nothing is lost while it is retried: four days, by default.`,
    metric: { namespace: "Rainhooks", name: OLDEST_FAILED, dimensions: { Stage: stage, Webhook: name } },
    ...valueAbove(maxAgeS),
    periodS: Math.ceil((2 * retryMaxWaitS) / MINUTE_S) * MINUTE_S,
    level: "now",
    isMuted: paused,
  };
}

/** Failed and throttled invocations tell one story: the function does not do its work. With a URL, so do responses 5xx. */
function failingAlarm({ name, trigger, alarms }: DeployedFunction, lambda: LambdaFunction): Alarm {
  const { maxFailures = 0 } = alarms;
  const metrics = ["Errors", "Throttles", ...(trigger === "url" ? ["Url5xxCount"] : [])];
  return {
    name: `${name}-failing`,
    description: `Invocations of ${name} fail or are throttled. See its log: its configuration, its timeout, its code, a table that is missing or busy; or the concurrency of the function or the account is used up.`,
    metric: sumOf(
      "failed and throttled invocations",
      metrics.map((metric) => functionMetric(metric, lambda)),
    ),
    ...countAbove(maxFailures, 2),
    level: "today",
  };
}

/** Returns the alarms of a function that runs at a rate: runs that did not happen, and that it is behind. */
function rateAlarms(
  stage: string,
  { name, everyMinutes, behind }: DeployedFunction<"rate">,
  lambda: LambdaFunction | undefined,
): Alarm[] {
  if (lambda === undefined) return [];
  return [
    {
      name: `${name}-stopped`,
      description: `${name} has not run ${MISSED_RUNS} times in a row. Check its EventBridge rule, and that Lambda may invoke the function.`,
      metric: functionMetric("Invocations", lambda),
      statistic: "Sum",
      comparison: "LessThanThreshold",
      threshold: 1,
      periods: MISSED_RUNS,
      periodS: Math.max(everyMinutes, MIN_PERIOD_MINUTES) * MINUTE_S,
      // A function that never ran has no data: a new stage does not ring before its first run can have come.
      missingData: "missing",
      level: "now",
    },
    ...(behind === undefined
      ? []
      : [
          {
            name: `${name}-behind`,
            description: `${name} is more than ${behind.maxS} s behind: it waits, or has more to do than it can. Its log says why. Nothing is lost: it does later what it has not done.`,
            metric: { namespace: "Rainhooks", name: behind.metric, dimensions: { Stage: stage } },
            ...valueAbove(behind.maxS),
            level: "now" as const,
          },
        ]),
  ];
}

/** Without a queue, Lambda keeps events for 6 hours, and then sends them to the dead-letter queue. Both can fail. */
function droppedAlarms(name: string, lambda: LambdaFunction): Alarm[] {
  return [
    {
      name: `${name}-dropped`,
      description: `Events for ${name} are lost: Lambda dropped them, because it could not invoke the function for too long.`,
      metric: functionMetric("AsyncEventsDropped", lambda),
      ...countAbove(0, 1),
      level: "now",
    },
    {
      name: `${name}-undelivered`,
      description: `Events for ${name} are lost: Lambda cannot send them to the dead-letter queue.`,
      metric: functionMetric("DestinationDeliveryFailures", lambda),
      ...countAbove(0, 1),
      level: "now",
    },
  ];
}

function silenceAlarms(
  config: StageConfig,
  webhook: DeployedFunction<"topics">,
  { function: lambda, queues, streamName }: FunctionResources,
): Alarm[] {
  const queue = queues?.queue;
  const hours = silentAfterHours(config, webhook);
  if (hours === "never") return [];
  const { name } = webhook;
  const metric =
    queue !== undefined
      ? queueMetric("NumberOfMessagesSent", queue)
      : streamName !== undefined
        ? streamMetric("IncomingRecords", streamName)
        : lambda && functionMetric("Invocations", lambda);
  if (metric === undefined) return [];
  return [
    {
      name: `${name}-silent`,
      description: `${name} got no event for ${counted(hours, "hour")}. Check RainMaker, the subscriptions, and the filter policy.`,
      metric,
      statistic: "Sum",
      comparison: "LessThanThreshold",
      threshold: 1,
      periods: hours,
      periodS: HOUR_S,
      // A queue without messages sends no metrics after a while; one that never had any does not ring.
      missingData: "missing",
      level: "now",
      isMuted: webhook.paused,
    },
  ];
}

function silentAfterHours(
  { production }: StageConfig,
  { alarms, events }: DeployedFunction<"topics">,
): number | "never" {
  if (alarms.silentAfterHours !== undefined) return alarms.silentAfterHours;
  return production && events.some((type) => DAILY_EVENTS.includes(type)) ? SILENT_AFTER_HOURS : "never";
}
