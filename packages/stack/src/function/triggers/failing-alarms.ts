import { streamsOf } from "@rainhooks/webhook/resources";
import { FunctionAlarmsSchema } from "../../config/functions.ts";
import { complete } from "../../config/values.ts";
import {
  type Cause,
  type CloudwatchAlarm,
  countAbove,
  functionMetric,
  sumOf,
  valueAbove,
} from "../../watching/alarm.ts";
import type { DeployedFunction } from "../deployment.ts";
import type { FunctionInStage } from "./function-in-stage.ts";

const MINUTE_S = 60;
/** Failed for so many periods in a row, a function fails as a whole. */
const BROKEN_PERIODS = 4;
const MAX_BROKEN_PERIOD_S = 2 * MINUTE_S;

/**
 * Returns the page of a function that fails or is behind: the archive has its own, which no other
 * function that is behind hides.
 */
export function behindCause(definition: DeployedFunction): Cause {
  return streamsOf(definition).length > 0 ? "archive" : "behind";
}

/**
 * Returns the alarms on failed and throttled invocations, which tell one story: the function does
 * not do its work, in part, or, in a production stage, as a whole. Somebody waits for the response
 * of a URL: what fails of it needs no page.
 */
export function failingAlarms(
  { config: { production }, function: lambda, queues }: FunctionInStage,
  definition: DeployedFunction,
): CloudwatchAlarm[] {
  if (lambda === undefined) return [];
  const { name, trigger, alarms } = definition;
  const { maxFailures } = complete(FunctionAlarmsSchema, alarms);
  const responds = trigger === "url";
  const page = responds ? {} : { cause: behindCause(definition) };
  const metric = (one: string) => functionMetric(one, lambda);
  const failing: CloudwatchAlarm = {
    name: `${name}-failing`,
    description: `Invocations of ${name} have failed or were throttled for 15 minutes. See its log: its configuration, its timeout, its code, a table that is missing or busy; or the concurrency of the function or the account is used up.`,
    metric: sumOf(
      "failed and throttled invocations",
      ["Errors", "Throttles", ...(responds ? ["Url5xxCount"] : [])].map(metric),
    ),
    ...countAbove(maxFailures, 3),
    // Known once it has run: alarms on what does not run ask.
    ...(queues !== undefined || responds ? {} : { missingData: "ignore" }),
    ...page,
  };
  const retryAfterS = "queue" in definition ? definition.queue.visibilityTimeoutS : 0;
  const broken: CloudwatchAlarm = {
    name: `${name}-broken`,
    description: `Every invocation of ${name} has failed for ${BROKEN_PERIODS} minutes. Was it deployed just now? See its log.`,
    metric: {
      expression: "100 * errors / invocations",
      label: "failed invocations (%)",
      metrics: { errors: metric("Errors"), invocations: metric("Invocations") },
    },
    ...valueAbove(99),
    periods: BROKEN_PERIODS,
    // Until what failed once is tried again, there may be no other invocation.
    periodS: retryAfterS < BROKEN_PERIODS * MINUTE_S ? MINUTE_S : MAX_BROKEN_PERIOD_S,
    missingData: "missing",
    ...page,
  };
  return production && !responds ? [failing, broken] : [failing];
}
