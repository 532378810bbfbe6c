import { slotReads } from "@rainhooks/dynamodb/slots/slots-table";
import type { TableDescription } from "@rainhooks/dynamodb/table-description";
import type { TableUse } from "@rainhooks/dynamodb/table-use";
import { filterRulesReads } from "@rainhooks/filter/table-use";
import { nodeStatusWrites } from "@rainhooks/node-status/table-use";
import { timeSeriesWrites } from "@rainhooks/time-series/table-use";
import { defineFunction } from "@rainhooks/webhook/define-function";

const SCAN = "dynamodb:Scan";

/** A stage without a store has none of its tables. */
function ofPart<Table extends TableDescription>(
  part: string,
  use: TableUse<Table>,
  more: TableUse["actions"],
): TableUse<Table> & { readonly part: string } {
  return { ...use, part, actions: [...use.actions, ...more], indexes: [] };
}

/**
 * Does parts of verifications and rebuilds, many at once: it reads parts of the archive and of the tables of
 * both slots, keeps what they say beside the archive, and compares, writes, copies or deletes rows.
 * `rainhooks verify` and `rainhooks rebuild` invoke it. It costs nothing while no command does.
 */
export const storeWork = defineFunction({
  trigger: "invocation",
  name: "store-work",
  part: "repair",
  description: "Does parts of verifications and rebuilds, when a command asks for them.",
  resources: {
    ...slotReads,
    filterRules: { ...filterRulesReads, actions: [...filterRulesReads.actions, SCAN] },
    nodeStatus: ofPart("node-status", nodeStatusWrites.nodeStatus, [SCAN, "dynamodb:Query"]),
    nodeTimeline: ofPart("node-status", nodeStatusWrites.nodeTimeline, [SCAN, "dynamodb:Query"]),
    timeSeries: ofPart("time-series", timeSeriesWrites.timeSeries, [SCAN, "dynamodb:Query"]),
    rollups: ofPart("time-series", timeSeriesWrites.rollups, [SCAN, "dynamodb:BatchWriteItem"]),
    archive: { kind: "archive", env: "ARCHIVE_BUCKET", folder: "work" },
  },
  // One processor as a whole, and what the nodes of a partition need.
  function: { memoryMiB: 1769, timeoutS: 900 },
});
