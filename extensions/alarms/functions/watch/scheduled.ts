import { defineFunction } from "@rainhooks/webhook/define-function";
import { LIVE_TABLE_READS } from "../../../live-tables.ts";
import { MAX_FLEET_NODES, sweepTables } from "../../watch-tables.ts";

/**
 * Metric of how far the evaluation of alarms is behind, in seconds: because it waits, fails, or has
 * more to do than it can do in a minute.
 */
export const SWEEP_BEHIND = "SweepBehind";
/**
 * Metric that is 1 while rules about outages are not evaluated, because the stage has too many
 * nodes.
 */
export const OUTAGES_LEFT_OUT = "OutagesLeftOut";

function behindFor(time: string): string {
  return `Alarms about nodes are more than ${time} behind: they wait for a store, or the sweep fails or has more to do than it can. The log of watch says why and since when. Nothing is lost: they are evaluated later.`;
}

/**
 * Finds what has become an alarm, or is none any more, every minute. Without alarm rules it reads
 * one item.
 */
export const watch = defineFunction({
  trigger: "rate",
  name: "watch",
  part: "alarms",
  description: "Finds what has become an alarm, or is none any more, and says so.",
  everyMinutes: 1,
  metricAlarms: [
    {
      name: "watch-behind",
      metric: SWEEP_BEHIND,
      max: 300,
      description: behindFor("five minutes"),
    },
    {
      name: "watch-behind-long",
      metric: SWEEP_BEHIND,
      max: 3600,
      description: behindFor("an hour"),
      isUrgent: true,
    },
    {
      name: "watch-leaves-out",
      metric: OUTAGES_LEFT_OUT,
      max: 0,
      description: `Rules about outages are not evaluated: the stage has more than ${MAX_FLEET_NODES} nodes. Alarms of single nodes are. Remove these rules.`,
      isHourly: true,
    },
  ],
  resources: {
    ...LIVE_TABLE_READS,
    ...sweepTables,
    nodeStatusQueue: {
      kind: "queue",
      env: "NODE_STATUS_QUEUE_URL",
      queue: "node-status",
      actions: ["sqs:GetQueueAttributes"],
    },
    timeSeriesQueue: {
      kind: "queue",
      env: "TIME_SERIES_QUEUE_URL",
      queue: "time-series",
      actions: ["sqs:GetQueueAttributes"],
      optional: true,
    },
    alarmEvents: {
      kind: "topic",
      env: "ALARM_EVENTS_TOPIC_ARN",
      event: "rainhooks.event.alarm_changed",
      actions: ["sns:Publish"],
    },
  },
  // 1,769 MiB are one processor. The evaluation of nodes ends after 45 s; the rest is for reading
  // the whole fleet, and for noting the nodes that are offline when an outage ends.
  function: { memoryMiB: 1769, timeoutS: 300 },
});
