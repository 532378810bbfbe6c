import { OLDEST_FAILED } from "@rainhooks/webhook/observe/metrics";
import { FunctionAlarmsSchema } from "../../config/functions.ts";
import { complete } from "../../config/values.ts";
import {
  type CloudwatchAlarm,
  highestOf,
  orZero,
  queueMetric,
  valueAbove,
} from "../../watching/alarm.ts";
import type { DeployedFunction } from "../deployment.ts";
import { behindCause } from "./failing-alarms.ts";
import type { FunctionInStage } from "./function-in-stage.ts";

const MAX_AGE_S = 900;
const MINUTE_S = 60;

/** Returns the alarms of a function that reads its own queue. */
export function queueAlarms(
  { config: { name: stage }, function: lambda, queues }: FunctionInStage,
  definition: DeployedFunction<"topics" | "queue">,
): CloudwatchAlarm[] {
  if (queues === undefined) return [];
  const { name, queue: shape, alarms, paused } = definition;
  const { queue, deadLetters } = queues;
  const { maxDeadLetters, maxAgeS = MAX_AGE_S + shape.maxDelayS } = complete(
    FunctionAlarmsSchema,
    alarms,
  );
  return [
    {
      name: `${name}-dead-letters`,
      description: `Records of ${name} are in its dead-letter queue. Check their attribute "reason" before a redrive.`,
      metric: queueMetric("ApproximateNumberOfMessagesVisible", deadLetters),
      ...valueAbove(maxDeadLetters),
    },
    {
      name: `${name}-late`,
      description: `The oldest message in the queue of ${name} is older than ${maxAgeS} s.`,
      metric: queueMetric("ApproximateAgeOfOldestMessage", queue),
      ...valueAbove(maxAgeS),
      ...behindCause(definition),
      isMuted: paused,
    },
    ...(lambda === undefined ? [] : [stuckAlarm(stage, definition, maxAgeS)]),
  ];
}

/**
 * What fails is returned to its queue, so Lambda counts no error; and SQS leaves messages that were
 * received three times or more out of the age of its oldest message. So the function says how old
 * the oldest record is that has failed. In each period, such a record is tried at least once,
 * unless its failure asks for a longer wait. Source: Amazon SQS developer guide, "Available
 * CloudWatch metrics for Amazon SQS".
 */
function stuckAlarm(
  stage: string,
  definition: DeployedFunction<"topics" | "queue">,
  maxAgeS: number,
): CloudwatchAlarm {
  const { name, paused, queue } = definition;
  return {
    name: `${name}-stuck`,
    description: `A record of ${name} has failed again and again for more than ${maxAgeS} s. See its log for "Will be retried". Nothing is lost while it is retried.`,
    metric: highestOf(
      "oldest record that failed (s)",
      [
        {
          namespace: "Rainhooks",
          name: OLDEST_FAILED,
          dimensions: { Stage: stage, Webhook: name },
        },
      ],
      orZero,
    ),
    ...valueAbove(maxAgeS),
    periodS: Math.ceil((2 * queue.retryMaxWaitS) / MINUTE_S) * MINUTE_S,
    ...behindCause(definition),
    isMuted: paused,
  };
}
