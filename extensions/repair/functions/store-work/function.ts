import { slotReads } from "@rainhooks/dynamodb/slots/slots-table";
import { filterRulesReads } from "@rainhooks/filter/table-use";
import { nodeStatusWrites } from "@rainhooks/node-status/table-use";
import { timeSeriesWrites } from "@rainhooks/time-series/table-use";
import { defineFunction } from "@rainhooks/webhook/define-function";

const SCAN = "dynamodb:Scan";

/**
 * Does parts of verifications and rebuilds, many at once: it reads parts of the archive and of the tables of
 * both slots, keeps what they say beside the archive, and compares or writes the rows of some nodes.
 * `rainhooks verify` and `rainhooks rebuild` invoke it.
 */
export const storeWork = defineFunction({
  trigger: "invocation",
  name: "store-work",
  part: "repair",
  // It costs nothing while no command uses it, but may read and write all stores.
  optional: true,
  description: "Does parts of verifications and rebuilds, when the command asks for them.",
  resources: {
    ...slotReads,
    filterRules: { ...filterRulesReads, actions: [...filterRulesReads.actions, SCAN] },
    nodeStatus: {
      ...nodeStatusWrites.nodeStatus,
      actions: [...nodeStatusWrites.nodeStatus.actions, SCAN],
    },
    nodeTimeline: {
      ...nodeStatusWrites.nodeTimeline,
      actions: [...nodeStatusWrites.nodeTimeline.actions, SCAN],
    },
    timeSeries: {
      ...timeSeriesWrites.timeSeries,
      actions: [...timeSeriesWrites.timeSeries.actions, SCAN],
    },
    rollups: timeSeriesWrites.rollups,
    archive: { kind: "archive", env: "ARCHIVE_BUCKET", folder: "work" },
  },
  // One processor as a whole, and what the nodes of a partition need.
  function: { memoryMiB: 1769, timeoutS: 900 },
});
