import type { EventType } from "@rainhooks/core/catalog";
import { ONE_NODE } from "@rainhooks/webhook/observe/metrics";
import { type CloudwatchAlarm, countAbove } from "../../watching/alarm.ts";
import type { DeployedFunction } from "../deployment.ts";
import type { FunctionInStage } from "./function-in-stage.ts";

const SILENT_AFTER_HOURS = 24;
/** A node that sends more than this, all the time, has a fault. */
const ONE_NODE_PER_S = 5;
const ONE_NODE_PERIOD_S = 300;
/** Events that every fleet sends daily. */
const DAILY_EVENTS: readonly EventType[] = [
  "rmaker.event.node_connected",
  "rmaker.event.node_params_changed",
  "rmaker.event.node_ts_data",
];

/**
 * Returns the alarm on a node that sends too much, for a webhook whose function decodes events.
 * Each copy of the function counts what it gets of its busiest node, and SQS spreads the events of
 * a node over the copies: the sum is what the node sends. It never rings for what many nodes send
 * together.
 */
export function oneNodeAlarms(
  { config: { name: stage }, function: lambda }: FunctionInStage,
  { name, filtered }: DeployedFunction<"topics">,
): CloudwatchAlarm[] {
  if (!filtered || lambda === undefined) return [];
  return [
    {
      name: `${name}-one-node`,
      description: `For 15 minutes, one node has sent more than ${ONE_NODE_PER_S} events a second to ${name}.`,
      metric: {
        namespace: "Rainhooks",
        name: ONE_NODE,
        dimensions: { Stage: stage, Webhook: name },
      },
      ...countAbove(ONE_NODE_PER_S * ONE_NODE_PERIOD_S, 3),
      periodS: ONE_NODE_PERIOD_S,
      isHourly: true,
    },
  ];
}

/** Returns after how many hours without an event a webhook is silent, if it should get some. */
export function silentAfterHours({
  alarms,
  events,
}: DeployedFunction<"topics">): number | undefined {
  const usual = events.some((type) => DAILY_EVENTS.includes(type)) ? SILENT_AFTER_HOURS : "never";
  const hours = alarms.silentAfterHours ?? usual;
  return hours === "never" ? undefined : hours;
}
