import { tableUse } from "@rainhooks/dynamodb/table-use";
import { fleetSamplesTable, nodeStatusTable } from "@rainhooks/node-status/node-status-tables";
import { defineFunction } from "@rainhooks/webhook/define-function";
import { LIVE_TABLE_READS } from "../../../live-tables.ts";

/**
 * Every five minutes, counts the nodes of a stage, so that the fleet can be shown over time.
 */
export const fleetSamples = defineFunction({
  trigger: "rate",
  name: "fleet-samples",
  part: "samples",
  description: "How many nodes are online, offline and unknown over time, and their firmwares.",
  everyMinutes: 5,
  isStatistic: true,
  resources: {
    ...LIVE_TABLE_READS,
    nodeStatus: tableUse(nodeStatusTable, ["dynamodb:Query"]),
    fleetSamples: tableUse(fleetSamplesTable, ["dynamodb:PutItem", "dynamodb:Query"]),
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
