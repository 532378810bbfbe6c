import { OLDEST_FAILED } from "@rainhooks/webhook/metrics";
import { type CloudwatchAlarm, queueMetric, valueAbove } from "../../watching/alarm.ts";
import type { DeployedFunction } from "../deployed.ts";
import type { FunctionInStage } from "./trigger-kind.ts";

const MAX_AGE_S = 900;
const MINUTE_S = 60;

/** Returns the alarms of a function that reads its own queue. */
export function queueAlarms(
  stage: string,
  { name, queue: shape, alarms, paused }: DeployedFunction<"topics" | "queue">,
  { function: lambda, queues }: FunctionInStage,
): CloudwatchAlarm[] {
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
): CloudwatchAlarm {
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
