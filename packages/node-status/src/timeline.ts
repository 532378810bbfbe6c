import { type DynamoDBClient, paginateQuery, QueryCommand } from "@aws-sdk/client-dynamodb";
import { type Clock, type Connection, type NodeState, stateOf } from "./connection.ts";
import { timeText } from "./item.ts";
import { decodeTransition, type Transition } from "./transition.ts";
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

/** Number of transitions before a range that are read to find the state at its start. */
const TRANSITIONS_BEFORE = 8;

/**
 * Reads the connection history of a node in `[fromMs, toMs)`, but not past `nowMs`. Old transitions are deleted from the
 * timeline; the last connects and disconnects are then taken from the node's row. Time before the first known transition
 * counts as unknown.
 *
 * @param row The connects and disconnects in the node's row, from {@link readConnection}.
 *
 * @example
 * ```ts
 * import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
 * import { readConnection, readTimeline } from "@rainhooks/node-status";
 *
 * const client = new DynamoDBClient({});
 * const row = await readConnection({ client, tableName: "rainhooks-dev-node-status" }, "kitchen");
 * if (row !== undefined) {
 *   const range = { fromMs: Date.UTC(2024, 10, 24, 8), toMs: Date.UTC(2024, 10, 24, 12), nowMs: Date.now() };
 *   const reader = { client, tableName: "rainhooks-dev-node-timeline" };
 *   const { uptime } = await readTimeline(reader, "kitchen", range, row);
 *   console.log(uptime.share, uptime.drops); // 0.875 1
 * }
 * ```
 */
export async function readTimeline(
  reader: TimelineReader,
  nodeId: string,
  range: TimelineRange,
  row: Connection,
): Promise<NodeTimeline> {
  const { fromMs, toMs, nowMs } = range;
  const endMs = Math.max(fromMs, Math.min(toMs, nowMs));
  const [earlier, inRange] = await Promise.all([
    readLastBefore(reader, nodeId, fromMs),
    readTransitions(reader, nodeId, fromMs, endMs),
  ]);
  const fromRow = transitionsOf(row).filter(({ atMs }) => atMs < endMs);
  const all = withStateOfRow(inOrder(unique([...earlier, ...inRange, ...fromRow])), row, endMs);
  const before = all.findLast(({ atMs }) => atMs < fromMs)?.state ?? "unknown";
  const transitions = collapse(
    all.filter(({ atMs }) => atMs >= fromMs),
    before,
  );
  return { before, transitions, uptime: uptimeOf(transitions, before, fromMs, endMs) };
}

/** Returns the connects and disconnects in a row, starting from the time since which the row contains all of them. */
function transitionsOf({ connected, disconnected }: Connection): Transition[] {
  const completeFromMs = Math.max(
    ...[connected, disconnected].flatMap(({ beforeMs, clamped }) => [
      beforeMs ?? Number.NEGATIVE_INFINITY,
      clamped?.atMs ?? Number.NEGATIVE_INFINITY,
    ]),
  );
  const of = ({ latest, beforeMs, clamped }: Clock, state: Transition["state"]) =>
    [latest?.atMs, beforeMs, clamped?.atMs].flatMap((atMs): Transition[] =>
      atMs === undefined || atMs < completeFromMs ? [] : [{ atMs, state }],
    );
  return [...of(connected, "online"), ...of(disconnected, "offline")];
}

/**
 * Adds a transition to the state of the row, if the timeline ends in another state. The two can differ because a row uses
 * the time of SNS for events without a plausible time. Nothing is added if the last transition is not yet in the row.
 */
function withStateOfRow(all: readonly Transition[], row: Connection, endMs: number): readonly Transition[] {
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

function unique(transitions: readonly Transition[]): Transition[] {
  return [
    ...new Map(
      transitions.map((transition) => [`${transition.atMs} ${transition.state}`, transition]),
    ).values(),
  ];
}

async function readLastBefore(
  { client, tableName }: TimelineReader,
  nodeId: string,
  fromMs: number,
): Promise<Transition[]> {
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: tableName,
      KeyConditionExpression: "nodeId = :node AND #at < :from",
      ExpressionAttributeNames: { "#at": "at" },
      ExpressionAttributeValues: { ":node": { S: nodeId }, ":from": { S: timeText(fromMs) } },
      ScanIndexForward: false,
      Limit: TRANSITIONS_BEFORE,
    }),
  );
  return Items.map(decodeTransition);
}

async function readTransitions(
  { client, tableName }: TimelineReader,
  nodeId: string,
  fromMs: number,
  toMs: number,
): Promise<Transition[]> {
  if (fromMs >= toMs) return [];
  const pages = paginateQuery(
    { client },
    {
      TableName: tableName,
      KeyConditionExpression: "nodeId = :node AND #at BETWEEN :from AND :to",
      ExpressionAttributeNames: { "#at": "at" },
      ExpressionAttributeValues: {
        ":node": { S: nodeId },
        ":from": { S: timeText(fromMs) },
        // Excludes transitions at `toMs`: their keys continue after the time, so they sort after this value.
        ":to": { S: timeText(toMs) },
      },
    },
  );
  const transitions: Transition[] = [];
  for await (const { Items = [] } of pages) transitions.push(...Items.map(decodeTransition));
  return transitions;
}
