import { DAY_MS, HOUR_MS } from "@rainhooks/core/durations";
import { inputError } from "@rainhooks/core/errors";
import { nodeStatusTable, nodeTimelineTable } from "@rainhooks/node-status/node-status-tables";
import type { OperationOptions } from "@rainhooks/stage/operate/progress";
import { type StageAccess, tableOf } from "@rainhooks/stage/reached";
import { DropCounts, type DropGrouping, type GroupDrops } from "../drops/count-drops.ts";
import { wholeRecords } from "../stores/node-record.ts";

/** What to count. Times are epoch milliseconds. */
export interface DropsRequest {
  readonly by: DropGrouping;
  /** @defaultValue a day before the end */
  readonly fromMs?: number | undefined;
  /** @defaultValue now */
  readonly toMs?: number | undefined;
}

/** How often nodes dropped. */
export interface CountedDrops {
  readonly by: DropGrouping;
  readonly fromMs: number;
  readonly toMs: number;
  readonly nodes: number;
  /** Those that drop most often first. */
  readonly groups: readonly GroupDrops[];
  /** True if there are more groups than were counted. */
  readonly isCut: boolean;
}

/** Days over which drops are counted at most: what is in the rows of most nodes. */
const MAX_DROP_DAYS = 30;
/** The end is now, a little after somebody has said when it starts. */
const SLACK_MS = HOUR_MS;

/**
 * Counts how often the nodes of a stage dropped, by what they have in common. It reads all nodes.
 *
 * @throws {RainhooksError} `input-invalid` for a range that is too long, or ends before it starts.
 */
export async function countDrops(
  reached: StageAccess,
  { by, toMs = Date.now(), fromMs = toMs - DAY_MS }: DropsRequest,
  { signal }: OperationOptions = {},
): Promise<CountedDrops> {
  if (fromMs >= toMs) throw inputError({ field: "toMs", problem: "must be after the start." });
  if (toMs - fromMs > MAX_DROP_DAYS * DAY_MS + SLACK_MS)
    throw inputError({ field: "fromMs", problem: `must be at most ${MAX_DROP_DAYS} days before the end.` });
  const tables = {
    client: reached.clients.dynamodb,
    tableName: tableOf(reached, nodeStatusTable.name),
    timelineTableName: tableOf(reached, nodeTimelineTable.name),
  };
  const counts = new DropCounts(by, { fromMs, toMs });
  let nodes = 0;
  for await (const record of wholeRecords(tables, { index: 0, count: 1 }, fromMs, by === "tag")) {
    signal?.throwIfAborted();
    nodes += 1;
    counts.add(record);
  }
  return { by, fromMs, toMs, nodes, groups: counts.groups(), isCut: counts.isFull };
}
