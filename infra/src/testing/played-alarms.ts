import { MINUTE_MS } from "@rainhooks/core";
import type { StageConfig } from "../config/config.ts";
import { type ResourceJson, resources, type StackJson, synthesize } from "../synthesize.ts";
import { type DataPoint, metricsOf, minutesOn } from "./alarm-evaluator.ts";
import { PLAYED_STAGE } from "./played-outage.ts";
import { References } from "./references.ts";

/** Namespaces of the metrics that are played. */
const PLAYED = ["AWS/SQS", "AWS/Lambda", "Rainhooks"];
/** Those that look at a week have a test of their own, in dead-letters.test.ts. */
const MAX_PERIODS = 24;

/** Returns the alarms of a stage on metrics that are played, with the names of their queues and functions. */
export function alarmsOf(config: StageConfig): ResourceJson[] {
  const { stack } = synthesize({ ...config, name: PLAYED_STAGE });
  const known = namesIn(stack);
  return resources(stack, "aws_cloudwatch_metric_alarm")
    .map(([, alarm]) => alarm)
    .filter((alarm) => metricsOf(alarm).every(([, { namespace }]) => PLAYED.includes(String(namespace))))
    .filter(({ evaluation_periods }) => Number(evaluation_periods) <= MAX_PERIODS)
    .map(({ dimensions, metric_query, ...alarm }) => ({
      ...alarm,
      ...(dimensions === undefined ? {} : { dimensions: known.resolveAll(dimensions) }),
      ...(metric_query === undefined ? {} : { metric_query: known.resolveAll(metric_query) }),
    }));
}

/** Returns the names of the queues and functions of a stack. */
function namesIn(stack: StackJson): References {
  const known = new References();
  for (const [id, queue] of resources(stack, "aws_sqs_queue"))
    known.add(`aws_sqs_queue.${id}`, { name: String(queue["name"]) });
  for (const [id, lambda] of resources(stack, "aws_lambda_function"))
    known.add(`aws_lambda_function.${id}`, { function_name: String(lambda["function_name"]) });
  return known;
}

/** Returns the alarms that ring, and how many minutes after the beginning. */
export function firstRings(
  alarms: readonly ResourceJson[],
  points: readonly DataPoint[],
  range: { readonly fromMs: number; readonly toMs: number },
): Record<string, number> {
  return Object.fromEntries(
    alarms.flatMap((alarm) => {
      const [firstMs] = minutesOn(alarm, points, range);
      const name = String(alarm["alarm_name"]).slice(`rainhooks-${PLAYED_STAGE}-`.length);
      return firstMs === undefined ? [] : [[name, (firstMs - range.fromMs) / MINUTE_MS]];
    }),
  );
}
