import { countText } from "@rainhooks/core/count-text";
import type { StackConfig } from "@rainhooks/stack/config/config";
import { complete } from "@rainhooks/stack/config/values";
import { type CloudwatchAlarm, type Metric, valueAbove } from "@rainhooks/stack/watching/alarm";
import type { FunctionDefinition } from "@rainhooks/webhook/define-function";
import { attemptsTable } from "../forwarding-tables.ts";
import { ATTEMPT_METRICS } from "../worker/define.ts";
import { type ForwardingFields, ForwardSchema } from "./fields.ts";

const SHARE_PERIOD_S = 900;
const HOUR_S = 3600;
/** Longer than most waits between two attempts. */
const CALM_HOURS = 12;

/** True for a function that makes attempts. */
export function makesAttempts({ trigger, resources }: FunctionDefinition): boolean {
  return (
    trigger === "queue" &&
    Object.values(resources).some(
      (use) => use.kind === "table" && use.table.name === attemptsTable.name,
    )
  );
}

/**
 * Returns the alarms about destinations: the share of attempts that fail, the oldest
 * event that is not delivered. A stage without destinations has no data for them, and they stay
 * silent.
 */
export function forwardAlarms({
  name: stage,
  forward,
}: StackConfig & ForwardingFields): CloudwatchAlarm[] {
  const { maxFailedPercent, minAttempts, maxUndeliveredHours } = complete(ForwardSchema, forward);
  const metric = (key: keyof typeof ATTEMPT_METRICS): Metric => ({
    namespace: "Rainhooks",
    name: ATTEMPT_METRICS[key],
    dimensions: { Stage: stage },
  });
  return [
    {
      name: "destinations-failing",
      description: `More than ${maxFailedPercent} % of the attempts within 15 minutes failed. See rainhooks attempts ls --state failed.`,
      metric: {
        expression: `IF(failed + delivered >= ${minAttempts}, 100 * failed / (failed + delivered), 0)`,
        label: "failed attempts (%)",
        metrics: { failed: metric("failed"), delivered: metric("delivered") },
      },
      ...valueAbove(maxFailedPercent),
      periodS: SHARE_PERIOD_S,
    },
    {
      name: "destinations-undelivered",
      description: `An attempt failed for an event that was published more than ${countText(maxUndeliveredHours, "hour")} ago. See rainhooks attempts ls --state failed.`,
      metric: metric("oldestFailed"),
      ...valueAbove(maxUndeliveredHours * HOUR_S, CALM_HOURS),
      periodS: HOUR_S,
      cause: "nothing-out",
    },
  ];
}
