import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule/index.js";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target/index.js";
import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function/index.js";
import { LambdaFunctionEventInvokeConfig } from "@cdktf/provider-aws/lib/lambda-function-event-invoke-config/index.js";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission/index.js";
import { defined } from "@rainhooks/core/collections";
import { nameOf } from "../../config/config.ts";
import {
  type CloudwatchAlarm,
  functionMetric,
  type Graph,
  inGraph,
  invocationMetrics,
  RIGHT,
  valueAbove,
} from "../../watching/alarm.ts";
import type { DeployedFunction } from "../deployment.ts";
import { behindCause } from "./failing-alarms.ts";
import type { FunctionInStage } from "./function-in-stage.ts";

const MINUTE_S = 60;
const RETRIES = 2;
const MIN_PERIOD_MINUTES = 3;
const MISSED_RUNS = 3;
/** So long, it must be over. */
const CALM_MINUTES = 15;
/** Source: AWS Lambda API reference, "PutFunctionEventInvokeConfig". */
const MAX_EVENT_AGE_S = 21_600;

/** Makes the EventBridge rule that invokes a function at its rate. */
export function scheduleFunction(
  scope: FunctionInStage,
  { name, description, everyMinutes }: DeployedFunction<"rate">,
  { functionName, arn }: LambdaFunction,
): void {
  const rule = new CloudwatchEventRule(scope, "rule", {
    name: nameOf(scope.config, name),
    description,
    scheduleExpression: rateOf(everyMinutes),
    // The provider does not compare what is not said: no plan would see that somebody has switched
    // it off.
    state: "ENABLED",
  });
  const permission = new LambdaPermission(scope, "permission", {
    action: "lambda:InvokeFunction",
    functionName,
    principal: "events.amazonaws.com",
    sourceArn: rule.arn,
  });
  new CloudwatchEventTarget(scope, "target", { rule: rule.name, arn, dependsOn: [permission] });
  new LambdaFunctionEventInvokeConfig(scope, "retries", {
    functionName,
    maximumRetryAttempts: RETRIES,
    // A run that is older than the next one is not needed any more.
    maximumEventAgeInSeconds: Math.min(everyMinutes * MINUTE_S, MAX_EVENT_AGE_S),
  });
}

/** Source of the format: Amazon EventBridge user guide, "Rate expressions". */
function rateOf(everyMinutes: number): string {
  return `rate(${everyMinutes} ${everyMinutes === 1 ? "minute" : "minutes"})`;
}

/**
 * Returns the alarms of a function that runs at a rate: runs that did not happen, and that it is
 * behind.
 */
export function rateAlarms(
  { config: { name: stage, production, functions }, function: lambda }: FunctionInStage,
  definition: DeployedFunction<"rate">,
): CloudwatchAlarm[] {
  const { name, everyMinutes, metricAlarms = [], resources } = definition;
  if (lambda === undefined) return [];
  const waits = Object.values(resources).some(
    (use) => use.kind === "queue" && functions?.[use.queue]?.paused === true,
  );
  const stopped: CloudwatchAlarm = {
    name: `${name}-stopped`,
    description: `${name} has not run ${MISSED_RUNS} times in a row. Check its EventBridge rule, and that Lambda may invoke the function.`,
    metric: functionMetric("Invocations", lambda),
    statistic: "Sum",
    comparison: "LessThanThreshold",
    threshold: 1,
    periods: MISSED_RUNS,
    periodS: Math.max(everyMinutes, MIN_PERIOD_MINUTES) * MINUTE_S,
    // Lambda counts no runs as nothing, not as 0.
    missingData: "breaching",
    onceKnown: `${name}-failing`,
    ...behindCause(definition),
  };
  return [
    ...(production ? [stopped] : []),
    ...metricAlarms.map(
      ({ name: id, metric, max, description, isUrgent, isHourly }): CloudwatchAlarm => ({
        name: id,
        description,
        metric: { namespace: "Rainhooks", name: metric, dimensions: { Stage: stage } },
        ...valueAbove(max, Math.ceil(CALM_MINUTES / everyMinutes)),
        // In each period it says it once.
        periodS: everyMinutes * MINUTE_S,
        // It waits for a function that somebody has paused: that wakes nobody, and must not hide
        // what does.
        ...(isUrgent === undefined || waits ? {} : behindCause(definition)),
        ...defined({ isHourly }),
      }),
    ),
  ];
}

/** Returns the graph of a function that runs at a rate. */
export function rateGraphs(
  { config: { name: stage }, function: lambda }: FunctionInStage,
  { name, metricAlarms = [] }: DeployedFunction<"rate">,
): Graph[] {
  if (lambda === undefined) return [];
  const peak = { ...RIGHT, stat: "Maximum" };
  const metrics = [...new Set(metricAlarms.map(({ metric }) => metric))];
  return [
    {
      title: `${name}: ${["invocations", "duration", ...metrics].join(", ")}`,
      left: "invocations",
      right: "milliseconds",
      stat: "Sum",
      metrics: [
        ...invocationMetrics(lambda),
        inGraph(functionMetric("Duration", lambda), { ...peak, label: "duration (ms)" }),
        ...metrics.map((metric) => [
          "Rainhooks",
          metric,
          "Stage",
          stage,
          { ...peak, label: metric },
        ]),
      ],
    },
  ];
}
