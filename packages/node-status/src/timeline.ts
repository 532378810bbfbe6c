import { type DynamoDBClient, paginateQuery } from "@aws-sdk/client-dynamodb";
import { queryAll } from "@rainhooks/dynamodb/read-all";
import { type ConnectionLog, type NodeState, stateOf } from "./connection.ts";
import type { ConnectionHistory } from "./read-node.ts";
import { between, decodeTransitions, entryKey, MAX_ITEM_RANGE_MS } from "./timeline-item.ts";
import { type Transition, uniteTransitions } from "./transition.ts";
import { collapse, inOrder, type Uptime, uptimeOf } from "./uptime.ts";

/** The timeline table, and the client to read it with. */
export interface TimelineReader {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}

/** The connection history of a node in a time range. */
export interface NodeTimeline {
  /** State of the node at the start of the range. */
  readonly before: NodeState;
  /** Changes of the state in the range, in order. */
  readonly transitions: readonly Transition[];
  readonly uptime: Uptime;
}

/** The requested range `[fromMs, toMs)` and the current time, epoch milliseconds. */
export interface TimelineRange {
  readonly fromMs: number;
  readonly toMs: number;
  readonly nowMs: number;
}

/** Number of items before a range that are read together to find the state at its start. */
const ITEMS_BEFORE = 8;

/**
 * Reads the connection history of a node in `[fromMs, toMs)`, but not past `nowMs`. The last
 * transitions are in the status of the node; the timeline table is read only for a range that
 * begins before them. Time before the first known transition counts as unknown.
 *
 * @param row What is known of the node's connection, from {@link readConnection}.
 */
export async function readTimeline(
  reader: TimelineReader,
  nodeId: string,
  range: TimelineRange,
  row: ConnectionHistory,
): Promise<NodeTimeline> {
  const { fromMs, toMs, nowMs } = range;
  const endMs = Math.max(fromMs, Math.min(toMs, nowMs));
  const all = connectionChanges(
    row,
    await readBeforeRow(reader, nodeId, { fromMs, toMs: endMs }, row),
    endMs,
  );
  const before = all.findLast(({ atMs }) => atMs < fromMs)?.state ?? "unknown";
  const transitions = collapse(
    all.filter(({ atMs }) => atMs >= fromMs),
    before,
  );
  return { before, transitions, uptime: uptimeOf(transitions, before, fromMs, endMs) };
}

/**
 * Reads the transitions in a range, and at least the last one before it, as far as the row does not
 * have them.
 */
export async function readBeforeRow(
  reader: TimelineReader,
  nodeId: string,
  { fromMs, toMs }: Omit<TimelineRange, "nowMs">,
  { recent }: ConnectionHistory,
): Promise<readonly Transition[]> {
  if (recent.fromMs === undefined || showsStateAt(recent.transitions, fromMs)) return [];
  return readMoved(reader, nodeId, fromMs, toMs);
}

/**
 * Puts the transitions of a row and those that have moved to the timeline together, before a time,
 * in order.
 */
export function connectionChanges(
  row: ConnectionHistory,
  moved: readonly Transition[],
  endMs: number,
): readonly Transition[] {
  const known = inOrder(
    uniteTransitions(moved, row.recent.transitions),
    "unknown",
    stateOf(row).state,
  );
  return withStateOfRow(
    known.filter(({ atMs }) => atMs < endMs),
    row,
    endMs,
  );
}

/**
 * Returns true if consecutive transitions show the state of the node at a time: one of them
 * happened before. Two at the same time do not, because their order depends on the state before.
 */
function showsStateAt(transitions: readonly Transition[], atMs: number): boolean {
  return transitions.some(
    (one, index) =>
      one.atMs < atMs &&
      transitions[index - 1]?.atMs !== one.atMs &&
      transitions[index + 1]?.atMs !== one.atMs,
  );
}

/**
 * Adds a transition to the state of the row, if the timeline ends in another state. The two can
 * differ because a row uses the time of SNS for events without a plausible time. Nothing is added
 * if the last transition is not yet in the row.
 */
function withStateOfRow(
  all: readonly Transition[],
  row: ConnectionLog,
  endMs: number,
): readonly Transition[] {
  const last = all.at(-1);
  const { state, sinceMs = 0 } = stateOf(row);
  if (last === undefined || state === "unknown" || last.state === state) return all;
  const { latest, clamped } = last.state === "online" ? row.connected : row.disconnected;
  const known = [latest?.atMs, clamped?.atMs].includes(last.atMs);
  const atMs = Math.max(sinceMs, last.atMs);
  const rowEndsBefore = [row.connected, row.disconnected].every(
    (clock) => (clock.latest?.atMs ?? 0) < endMs && (clock.clamped?.atMs ?? 0) < endMs,
  );
  return known && rowEndsBefore && atMs < endMs ? [...all, { atMs, state }] : all;
}

/**
 * Returns the transitions in the timeline table that lie in a range, and at least the last one
 * before it.
 */
async function readMoved(
  reader: TimelineReader,
  nodeId: string,
  fromMs: number,
  toMs: number,
): Promise<readonly Transition[]> {
  // An item that begins earlier can reach into the range.
  const firstMs = Math.max(0, fromMs - MAX_ITEM_RANGE_MS);
  // Excludes items at `toMs`: their keys continue after the time, so they sort after its key.
  const range = between(nodeId, entryKey("transitions", firstMs), entryKey("transitions", toMs));
  const items = firstMs < toMs ? await queryAll(reader, range) : [];
  const found = items.map(decodeTransitions).reduce(uniteTransitions, []);
  return firstMs === 0 ? found : withLastBefore(reader, nodeId, found, fromMs, firstMs);
}

/**
 * Adds the last transition before a time to the transitions that were found in items that begin at
 * `firstMs` or later. Earlier items are read from the newest to the oldest, until no further one
 * can reach past the transitions that are found.
 */
async function withLastBefore(
  { client, tableName }: TimelineReader,
  nodeId: string,
  transitions: readonly Transition[],
  beforeMs: number,
  firstMs: number,
): Promise<readonly Transition[]> {
  const pages = paginateQuery(
    { client, pageSize: ITEMS_BEFORE },
    {
      TableName: tableName,
      ...between(nodeId, entryKey("transitions", 0), entryKey("transitions", firstMs)),
      ScanIndexForward: false,
    },
  );
  let found = transitions;
  for await (const { Items = [] } of pages) {
    const read = Items.map(decodeTransitions);
    found = read
      .map((some) => some.filter(({ atMs }) => atMs < beforeMs))
      .reduce(uniteTransitions, found);
    const oldestStartMs = read.at(-1)?.[0]?.atMs;
    const last = found.findLast(({ atMs }) => atMs < beforeMs);
    if (
      last !== undefined &&
      oldestStartMs !== undefined &&
      oldestStartMs + MAX_ITEM_RANGE_MS < last.atMs
    )
      break;
  }
  return found;
}
