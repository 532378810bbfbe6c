import { MINUTE_MS } from "@rainhooks/core/durations";
import type { StageConfig } from "@rainhooks/infra/config";
import { synthesize } from "@rainhooks/infra/synthesize";
import {
  compositeState,
  type DataPoint,
  metricsOf,
  type Range,
  type State,
  statesOf,
} from "@rainhooks/infra/testing/alarm-evaluator";
import { References } from "@rainhooks/infra/testing/references";
import { type ResourceJson, resources, type StackJson } from "@rainhooks/stack/stack-json";
import { PLAYED_STAGE } from "../alarms/played-outage.ts";

/** Namespaces of the metrics that are played. */
const PLAYED = ["AWS/SQS", "AWS/Lambda", "Rainhooks"];
/** Those that look at a week have a test of their own, in dead-letters.test.ts. */
const MAX_PERIODS = 24;

/**
 * Returns the alarms of a stage on metrics that are played, with the names of their queues and functions, and
 * its pages.
 */
export function alarmsOf(config: StageConfig): ResourceJson[] {
  const { stack } = synthesize({ ...config, name: PLAYED_STAGE });
  const known = namesIn(stack);
  const pages = resources(stack, "aws_cloudwatch_composite_alarm").map(([, page]) => page);
  const alarms = resources(stack, "aws_cloudwatch_metric_alarm")
    .map(([, alarm]) => alarm)
    .filter((alarm) => metricsOf(alarm).every(([, { namespace }]) => PLAYED.includes(String(namespace))))
    .filter(({ evaluation_periods }) => Number(evaluation_periods) <= MAX_PERIODS)
    .map(({ dimensions, metric_query, ...alarm }) => ({
      ...alarm,
      ...(dimensions === undefined ? {} : { dimensions: known.resolveAll(dimensions) }),
      ...(metric_query === undefined ? {} : { metric_query: known.resolveAll(metric_query) }),
    }));
  return [...pages, ...alarms];
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

/** An alarm that rings, and in which minutes after the beginning. */
export interface Ringing {
  readonly name: string;
  readonly minutes: readonly number[];
}

/**
 * Returns the alarms and pages that ring. One that is muted, or whose page alone tells of it, does not.
 * Alarms that are not played are off.
 */
export function ringing(
  alarms: readonly ResourceJson[],
  points: readonly DataPoint[],
  range: Range,
): Ringing[] {
  const nameOf = (alarm: ResourceJson) => String(alarm["alarm_name"]);
  const single = new Map<string, readonly State[]>();
  for (const alarm of alarms)
    if (alarm["alarm_rule"] === undefined) single.set(nameOf(alarm), statesOf(alarm, points, range));
  const minutes = Array.from({ length: (range.toMs - range.fromMs) / MINUTE_MS + 1 }, (_, minute) => minute);
  return alarms
    .filter((alarm) => alarm["actions_enabled"] !== false)
    .map((alarm) => {
      const rule = alarm["alarm_rule"];
      const stateAt = (minute: number) =>
        rule === undefined
          ? single.get(nameOf(alarm))?.[minute]
          : compositeState(String(rule), (name) => single.get(name)?.[minute] ?? "OK");
      const name = nameOf(alarm).slice(`rainhooks-${PLAYED_STAGE}-`.length);
      return { name, minutes: minutes.filter((minute) => stateAt(minute) === "ALARM") };
    })
    .filter(({ minutes: on }) => on.length > 0);
}
