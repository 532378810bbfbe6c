import { addCounts } from "@rainhooks/core/collections";
import { DAY_MS, HOUR_MS } from "@rainhooks/core/durations";
import { inputError } from "@rainhooks/core/errors";
import { nodeStatusTable, nodeTimelineTable } from "@rainhooks/node-status/node-status-tables";
import type { OperationOptions } from "@rainhooks/stage/operate/progress";
import { type StageAccess, tableOf } from "@rainhooks/stage/stage-access";
import { type DropGrouping, dropsIn } from "../kinds/connection.ts";
import { type NodeRecord, wholeRecords } from "../stores/node-record.ts";

/** A time range, epoch milliseconds; the end is exclusive. */
interface Range {
  readonly fromMs: number;
  readonly toMs: number;
}

/** How often the nodes of a group dropped. */
export type GroupDrops = ReturnType<typeof groupsOf>[number];

/** How often nodes dropped. */
export type CountedDrops = Awaited<ReturnType<typeof countDrops>>;

/** Days over which drops are counted at most: what is in the rows of most nodes. */
const MAX_DROP_DAYS = 30;
/** Maximum number of groups that are returned: tags can be as many as nodes. */
const MAX_GROUPS = 1000;
/** The end is now, a little after somebody has said when it starts. */
const SLACK_MS = HOUR_MS;

/**
 * Counts how often the nodes of a stage dropped, by what they have in common: of the last day,
 * unless a range is named. It reads all nodes.
 *
 * @throws {RainhooksError} `input-invalid` for a range that is too long, or ends before it starts.
 */
export async function countDrops(
  stage: StageAccess,
  by: DropGrouping,
  {
    toMs = Date.now(),
    fromMs = toMs - DAY_MS,
  }: { readonly [Name in keyof Range]?: number | undefined },
  { signal }: OperationOptions,
) {
  if (fromMs >= toMs) throw inputError({ field: "toMs", problem: "must be after the start." });
  if (toMs - fromMs > MAX_DROP_DAYS * DAY_MS + SLACK_MS)
    throw inputError({
      field: "fromMs",
      problem: `must be at most ${MAX_DROP_DAYS} days before the end.`,
    });
  const tables = {
    client: stage.clients.dynamodb,
    tableName: tableOf(stage, nodeStatusTable.name),
    timelineTableName: tableOf(stage, nodeTimelineTable.name),
  };
  const sums: GroupSums = new Map();
  let nodes = 0;
  for await (const record of wholeRecords(tables, { index: 0, count: 1 }, fromMs, by === "tag")) {
    signal?.throwIfAborted();
    nodes += 1;
    addNode(sums, record, by, { fromMs, toMs });
  }
  const groups = groupsOf(sums);
  return {
    by,
    fromMs,
    toMs,
    nodes,
    groups: groups.slice(0, MAX_GROUPS),
    /** How many groups there are; absent if all are listed. */
    ...(groups.length > MAX_GROUPS && { groupCount: groups.length }),
  };
}

const NONE = { nodes: 0, offline: 0, drops: 0, knownMs: 0 };

/**
 * What is known of groups: sums alone, so that memory grows with the groups, and not with the
 * nodes.
 */
type GroupSums = Map<string | undefined, typeof NONE>;

/**
 * Adds a node, whose record has all changes of the range and the state before it. Its time and its
 * drops belong to the firmware that it had then; before its first report, it is not known which.
 */
export function addNode(
  sums: GroupSums,
  { config, tags, ...record }: NodeRecord,
  by: DropGrouping,
  { fromMs, toMs }: Range,
): void {
  const add = (group: string | undefined, counts: Partial<typeof NONE>) =>
    sums.set(group, addCounts(sums.get(group) ?? NONE, counts));
  const drops = dropsIn(record.transitions).filter((atMs) => atMs >= fromMs && atMs < toMs);
  const transitions = record.transitions.filter(({ atMs }) => atMs < toMs);
  const reports = record.firmwareReports.filter(({ atMs }) => atMs < toMs);
  const knownFromMs = Math.max(fromMs, transitions[0]?.atMs ?? toMs);
  const node = { nodes: 1, offline: transitions.at(-1)?.state === "offline" ? 1 : 0 };
  if (by !== "firmware") {
    const own = by === "tag" ? tags : [config?.[by]];
    for (const group of own.length === 0 ? [undefined] : own)
      add(group, { ...node, drops: drops.length, knownMs: toMs - knownFromMs });
    return;
  }
  add(reports.at(-1)?.firmware, node);
  const times = [{ firmware: undefined, atMs: 0 }, ...reports];
  for (const [index, { firmware, atMs }] of times.entries()) {
    const startMs = Math.max(knownFromMs, atMs);
    const endMs = times[index + 1]?.atMs ?? toMs;
    const own = drops.filter((dropMs) => dropMs >= startMs && dropMs < endMs).length;
    if (endMs > startMs || own > 0)
      add(firmware, { drops: own, knownMs: Math.max(0, endMs - startMs) });
  }
}

/**
 * Returns the groups, those that drop most often first; the one of nodes of which it is not known
 * has no name.
 */
export function groupsOf(sums: GroupSums) {
  const groups = [...sums].map(([group, { knownMs, ...counts }]) => ({
    ...(group === undefined ? {} : { group }),
    ...counts,
    /** Drops per node and day, in the time that is known of them. */
    perNodeDay: knownMs === 0 ? 0 : (counts.drops * DAY_MS) / knownMs,
  }));
  return groups.toSorted((a, b) => b.perNodeDay - a.perNodeDay || b.nodes - a.nodes);
}
