import type { TableDescription } from "@rainhooks/dynamodb/table-description";
import type { TableUse } from "@rainhooks/dynamodb/table-use";
import { filterRulesReads } from "@rainhooks/filter/table-use";

const SCAN = "dynamodb:Scan";

/**
 * What every function that does parts of jobs reads, and the files that it keeps beside the
 * archive.
 */
export const workResources = {
  filterRules: { ...filterRulesReads, actions: [...filterRulesReads.actions, SCAN] },
  archive: { kind: "archive", env: "ARCHIVE_BUCKET", folder: "work" },
} as const;

/** One processor as a whole, and what the nodes of a partition need. */
export const WORK_SHAPE = { memoryMiB: 1769, timeoutS: 900 };

/**
 * Its use of a table of a store, which it scans, too: a stage without the store has none of its
 * tables.
 */
export function ofStore<Table extends TableDescription>(
  part: string,
  use: TableUse<Table>,
  ...more: TableUse["actions"]
): TableUse<Table> & { readonly part: string } {
  return { ...use, part, actions: [...use.actions, SCAN, ...more], indexes: [] };
}
