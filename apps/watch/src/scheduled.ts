import { sweepTables } from "@rainhooks/watch/table-use";
import { defineFunction } from "@rainhooks/webhook/define";

/** Metric of how far the evaluation of alarms is behind, in seconds: while it waits, or has more to do than it can do in a minute. */
export const SWEEP_BEHIND = "SweepBehind";

/** Finds what has become an alarm, or is none any more, every minute. Without alarm rules it reads one item. */
export const watch = defineFunction({
  trigger: "rate",
  name: "watch",
  part: "alarms",
  description: "Finds what has become an alarm, or is none any more, and says so.",
  everyMinutes: 1,
  behind: { metric: SWEEP_BEHIND, maxS: 900 },
  resources: {
    ...sweepTables,
    nodeStatusQueue: {
      kind: "queue",
      env: "NODE_STATUS_QUEUE_URL",
      queue: "node-status",
      actions: ["sqs:GetQueueAttributes"],
    },
    alarmEvents: {
      kind: "topic",
      env: "ALARM_EVENTS_TOPIC_ARN",
      event: "rainhooks.event.alarm_changed",
      actions: ["sns:Publish"],
    },
  },
  // 1,769 MiB are one processor. The evaluation of nodes ends after 45 s; the rest is for reading the whole fleet.
  function: { memoryMiB: 1769, timeoutS: 300 },
});
