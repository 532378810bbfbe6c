import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function/index.js";
import type { EventType } from "@rainhooks/core";
import { counted } from "@rainhooks/core";
import type { QueuedFunction } from "@rainhooks/webhook/define";
import { OLDEST_FAILED } from "@rainhooks/webhook/metrics";
import type { StageConfig, WorkerAlarms } from "../config/config.ts";
import type { DeployedWebhook } from "../webhook/shape.ts";
import type { WebhookResources } from "../webhook/webhook-stack.ts";
import type { WorkerResources } from "../worker/worker-stack.ts";
import { type Alarm, countAbove, type Metric, valueAbove } from "./alarm.ts";

const MAX_AGE_S = 900;
const SILENT_AFTER_HOURS = 24;
const MINUTE_S = 60;
const HOUR_S = 3600;
/** Events that every fleet sends daily. */
const DAILY_EVENTS: readonly EventType[] = [
  "rmaker.event.node_connected",
  "rmaker.event.node_params_changed",
  "rmaker.event.node_ts_data",
];

/** Returns the alarms of a webhook: dead letters, delay, records that fail again and again, errors, throttles, silence. */
export function webhookAlarms(config: StageConfig, resources: WebhookResources): Alarm[] {
  const { webhook, function: lambda, queue } = resources;
  return [
    ...queuedAlarms(config.name, webhook, webhook.alarms, resources),
    ...(queue === undefined && lambda !== undefined ? droppedAlarms(webhook.name, lambda) : []),
    ...silenceAlarms(config, resources),
  ];
}

/** Returns the alarms of a worker: dead letters, delay, records that fail again and again, errors, throttles. */
export function workerAlarms({ name: stage }: StageConfig, resources: WorkerResources): Alarm[] {
  const { worker } = resources;
  const alarms = { maxAgeS: MAX_AGE_S + worker.queue.maxDelayS, ...worker.alarms };
  return queuedAlarms(stage, worker, alarms, resources);
}

function queuedAlarms(
  stage: string,
  { name, queue: { retryMaxWaitS } }: Pick<QueuedFunction, "name" | "queue">,
  { maxDeadLetters = 0, maxAgeS = MAX_AGE_S, maxErrors, maxThrottles }: WorkerAlarms,
  { function: lambda, queue, deadLetters }: Pick<WebhookResources, "function" | "queue" | "deadLetters">,
): Alarm[] {
  return [
    {
      name: `${name}-dead-letters`,
      description: `Records of ${name} are in its dead-letter queue. Check their attribute "reason" before a redrive.`,
      metric: queueMetric("ApproximateNumberOfMessagesVisible", deadLetters),
      ...valueAbove(maxDeadLetters),
    },
    ...(queue === undefined
      ? []
      : [
          {
            name: `${name}-late`,
            description: `The oldest message in the queue of ${name} is older than ${maxAgeS} s.`,
            metric: queueMetric("ApproximateAgeOfOldestMessage", queue),
            ...valueAbove(maxAgeS),
          } as const,
          ...(lambda === undefined ? [] : [stuckAlarm(stage, name, { maxAgeS, retryMaxWaitS })]),
        ]),
    ...(lambda === undefined ? [] : functionAlarms(name, lambda, { maxErrors, maxThrottles })),
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
  { maxAgeS, retryMaxWaitS }: { readonly maxAgeS: number; readonly retryMaxWaitS: number },
): Alarm {
  return {
    name: `${name}-stuck`,
    description: `A record of ${name} has failed again and again for more than ${maxAgeS} s. See its log for "Will be retried". Nothing is lost while it is retried: four days, by default.`,
    metric: { namespace: "Rainhooks", name: OLDEST_FAILED, dimensions: { Stage: stage, Webhook: name } },
    ...valueAbove(maxAgeS),
    periodS: Math.ceil((2 * retryMaxWaitS) / MINUTE_S) * MINUTE_S,
  };
}

/** Returns the alarms of a function: errors and throttles. */
export function functionAlarms(
  name: string,
  lambda: LambdaFunction,
  {
    maxErrors = 0,
    maxThrottles = 0,
  }: { maxErrors?: number | undefined; maxThrottles?: number | undefined } = {},
): Alarm[] {
  return [
    {
      name: `${name}-errors`,
      description: `Invocations of ${name} fail. Check its configuration, timeouts and code.`,
      metric: functionMetric("Errors", lambda),
      ...countAbove(maxErrors, 2),
    },
    {
      name: `${name}-throttles`,
      description: `${name} is throttled: its concurrency limit, or that of the account, is reached.`,
      metric: functionMetric("Throttles", lambda),
      ...countAbove(maxThrottles, 3),
    },
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
    },
    {
      name: `${name}-undelivered`,
      description: `Events for ${name} are lost: Lambda cannot send them to the dead-letter queue.`,
      metric: functionMetric("DestinationDeliveryFailures", lambda),
      ...countAbove(0, 1),
    },
  ];
}

function silenceAlarms(
  config: StageConfig,
  { webhook, function: lambda, queue, streamName }: WebhookResources,
): Alarm[] {
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
      // A queue without messages sends no metrics after a while.
      missingData: "breaching",
    },
  ];
}

function silentAfterHours(
  { production }: StageConfig,
  { alarms, events }: DeployedWebhook,
): number | "never" {
  if (alarms.silentAfterHours !== undefined) return alarms.silentAfterHours;
  return production && events.some((type) => DAILY_EVENTS.includes(type)) ? SILENT_AFTER_HOURS : "never";
}

function queueMetric(name: string, queue: { readonly name: string }): Metric {
  return { namespace: "AWS/SQS", name, dimensions: { QueueName: queue.name } };
}

/** A metric of a Firehose stream. */
export function streamMetric(name: string, stream: string): Metric {
  return { namespace: "AWS/Firehose", name, dimensions: { DeliveryStreamName: stream } };
}

/** A metric of a Lambda function. */
export function functionMetric(name: string, { functionName }: LambdaFunction): Metric {
  return { namespace: "AWS/Lambda", name, dimensions: { FunctionName: functionName } };
}
