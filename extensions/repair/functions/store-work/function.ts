import { slotReads } from "@rainhooks/dynamodb/slots/slots-table";
import { nodeStatusWrites } from "@rainhooks/node-status/table-use";
import { timeSeriesWrites } from "@rainhooks/time-series/table-use";
import { defineFunction } from "@rainhooks/webhook/define-function";
import { ofStore, WORK_SHAPE, workResources } from "../../work/work-resources.ts";

/**
 * Does parts of rebuilds, many at once: it reads and compares as `store-read` does, and writes,
 * copies or deletes rows of the slot that is not live. `rainhooks rebuild` invokes it. It costs
 * nothing while no command does.
 */
export const storeWork = defineFunction({
  trigger: "invocation",
  name: "store-work",
  part: "repair",
  description: "Does parts of rebuilds, when a command asks for them.",
  resources: {
    ...slotReads,
    ...workResources,
    nodeStatus: ofStore("node-status", nodeStatusWrites.nodeStatus),
    nodeTimeline: ofStore("node-status", nodeStatusWrites.nodeTimeline),
    timeSeries: ofStore("time-series", timeSeriesWrites.timeSeries),
    rollups: ofStore("time-series", timeSeriesWrites.rollups, "dynamodb:BatchWriteItem"),
  },
  function: WORK_SHAPE,
});
