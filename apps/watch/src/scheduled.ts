import { sweepTables } from "@rainhooks/watch/table-use";
import { defineScheduledFunction } from "@rainhooks/webhook/define";

/** Finds what has become an alarm, or is none any more, every minute. Without alarm rules it reads one item. */
export const watch = defineScheduledFunction({
  name: "watch",
  description: "Finds what has become an alarm, or is none any more, and says so.",
  everyMinutes: 1,
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
  // Evaluating 10,000 nodes takes about 40 s of a processor.
  function: { memoryMiB: 1024, timeoutS: 300 },
});
