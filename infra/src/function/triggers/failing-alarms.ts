import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function/index.js";
import { type CloudwatchAlarm, countAbove, functionMetric, sumOf } from "../../watching/alarm.ts";
import type { DeployedFunction } from "../deployed.ts";

/**
 * Returns the alarm on failed and throttled invocations, which tell one story: the function does not do its work.
 *
 * @param metrics Further metrics that say so.
 */
export function failingAlarms(
  { name, alarms }: DeployedFunction,
  lambda: LambdaFunction | undefined,
  metrics: readonly string[] = [],
): CloudwatchAlarm[] {
  if (lambda === undefined) return [];
  const { maxFailures = 0 } = alarms;
  return [
    {
      name: `${name}-failing`,
      description: `Invocations of ${name} fail or are throttled. See its log: its configuration, its timeout, its code, a table that is missing or busy; or the concurrency of the function or the account is used up.`,
      metric: sumOf(
        "failed and throttled invocations",
        ["Errors", "Throttles", ...metrics].map((metric) => functionMetric(metric, lambda)),
      ),
      ...countAbove(maxFailures, 2),
      level: "today",
    },
  ];
}
