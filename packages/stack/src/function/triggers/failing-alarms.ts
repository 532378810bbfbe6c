import { streamsOf } from "@rainhooks/webhook/resources";
import { FunctionAlarmsSchema } from "../../config/functions.ts";
import { complete } from "../../config/values.ts";
import {
  type Cause,
  type CloudwatchAlarm,
  countAbove,
  functionMetric,
  orZero,
  sumOf,
} from "../../watching/alarm.ts";
import type { DeployedFunction } from "../deployment.ts";
import type { FunctionInStage } from "./function-in-stage.ts";

const MINUTE_S = 60;
/** So many periods with a failure are more than a passing fault. */
const FAILING_PERIODS = 3;
const MIN_PERIODS = 15;
const MAX_PERIODS = 60;

/**
 * Returns the page of a function that fails or is behind: the archive has its own, which no other
 * function that is behind hides. A statistic needs none, nor does a URL: somebody waits for its
 * response.
 */
export function behindCause(definition: DeployedFunction): { readonly cause?: Cause } {
  const isStatistic = "isStatistic" in definition && definition.isStatistic === true;
  if (isStatistic || definition.trigger === "url") return {};
  return { cause: streamsOf(definition).length > 0 ? "archive" : "behind" };
}

/**
 * Returns the alarm on failed and throttled invocations: the function does not do its work, in part
 * or as a whole.
 */
export function failingAlarms(
  { function: lambda, queues }: FunctionInStage,
  definition: DeployedFunction,
): CloudwatchAlarm[] {
  if (lambda === undefined) return [];
  const { name, trigger, alarms } = definition;
  const { maxFailures } = complete(FunctionAlarmsSchema, alarms);
  const responds = trigger === "url";
  // Until what failed once is tried again, there may be no other invocation.
  const spanS = FAILING_PERIODS * gapS(definition);
  const periodS = Math.ceil(spanS / MAX_PERIODS / MINUTE_S) * MINUTE_S;
  const failures = ["Errors", "Throttles", ...(responds ? ["Url5xxCount"] : [])];
  return [
    {
      name: `${name}-failing`,
      description: `Invocations of ${name} have failed or were throttled, again and again. Was it deployed just now? See its log: its configuration, its timeout, its code, a table that is missing or busy; or the concurrency of the function or the account is used up.`,
      metric: sumOf(
        "failed and throttled invocations",
        failures.map((one) => functionMetric(one, lambda)),
        orZero,
      ),
      ...countAbove(maxFailures, Math.max(MIN_PERIODS, Math.ceil(spanS / periodS))),
      enough: FAILING_PERIODS,
      periodS,
      // Known once it has run: alarms on what does not run ask.
      ...(queues !== undefined || responds ? {} : { missingData: "ignore" }),
      ...behindCause(definition),
    },
  ];
}

/** Returns the seconds after which what has failed is tried again, if nothing else comes. */
function gapS(definition: DeployedFunction): number {
  if ("queue" in definition) return definition.queue.visibilityTimeoutS;
  return "everyMinutes" in definition ? definition.everyMinutes * MINUTE_S : MINUTE_S;
}
