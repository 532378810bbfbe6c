import { tableUse } from "@rainhooks/dynamodb/table-use";
import { fleetSamplesTable, nodeStatusTable } from "@rainhooks/node-status/node-status-tables";
import { defineFunction } from "@rainhooks/webhook/define-function";
import { LIVE_TABLE_READS } from "../../../live-tables.ts";

/** Metric of the subscriptions of the stage that are gone. */
export const SUBSCRIPTIONS_GONE = "SubscriptionsGone";

/**
 * Every five minutes, counts the nodes of a stage, so that the fleet can be shown over time, and
 * looks whether its subscriptions are there.
 */
export const fleetSamples = defineFunction({
  trigger: "rate",
  name: "fleet-samples",
  part: "samples",
  description: "How many nodes are online, offline and unknown over time, and their firmwares.",
  everyMinutes: 5,
  metricAlarms: [
    {
      name: "subscription-gone",
      metric: SUBSCRIPTIONS_GONE,
      max: 0,
      description:
        "A topic does not send to a webhook any more: somebody has deleted the subscription, and nothing else says so. The log of fleet-samples names it. Deploy the stage again, and replay what the webhook has missed.",
    },
  ],
  resources: {
    ...LIVE_TABLE_READS,
    nodeStatus: tableUse(nodeStatusTable, ["dynamodb:Query"]),
    fleetSamples: tableUse(fleetSamplesTable, ["dynamodb:PutItem", "dynamodb:Query"]),
    subscriptions: {
      kind: "subscriptions",
      env: "SUBSCRIPTIONS",
      actions: ["sns:ListSubscriptionsByTopic"],
    },
  },
  // Counting a million nodes takes about 5 s of a processor.
  function: { memoryMiB: 1024, timeoutS: 300 },
  settings: {
    countAllEvery: {
      kind: "duration",
      description:
        "Time after which all nodes are counted again at the latest, with their firmwares.",
      default: "1h",
      max: "7d",
    },
    keepDays: { description: "Days until a sample is deleted.", default: 400, min: 1, max: 400 },
  },
});
