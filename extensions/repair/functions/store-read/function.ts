import { tableUse } from "@rainhooks/dynamodb/table-use";
import { nodeStatusTable } from "@rainhooks/node-status/node-status-tables";
import { nodeStatusReads } from "@rainhooks/node-status/table-use";
import { timeSeriesReads } from "@rainhooks/time-series/table-use";
import { defineFunction } from "@rainhooks/webhook/define-function";
import { ofStore, WORK_SHAPE, workResources } from "../../work/work-resources.ts";

/**
 * Does parts of verifications, many at once: it reads parts of the archive and of the tables of
 * both slots, keeps what they say beside the archive, and compares it. `rainhooks verify` invokes
 * it. It may change nothing else, and costs nothing while no command invokes it.
 */
export const storeRead = defineFunction({
  trigger: "invocation",
  name: "store-read",
  part: "repair",
  description: "Does parts of verifications, when a command asks for them.",
  resources: {
    ...workResources,
    nodeStatus: ofStore("node-status", tableUse(nodeStatusTable, ["dynamodb:Query"])),
    nodeTimeline: ofStore("node-status", nodeStatusReads.nodeTimeline),
    timeSeries: ofStore("time-series", timeSeriesReads.timeSeries),
  },
  function: WORK_SHAPE,
});
