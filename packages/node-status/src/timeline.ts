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

/** A node's connection over a time. */
export interface NodeTimeline {
  /** State in which the node entered the time. */
  readonly before: NodeState;
  /** Changes of its state, in order. */
  readonly transitions: readonly Transition[];
  readonly uptime: Uptime;
}

/** The time that is asked for: `[fromMs, toMs)`, epoch milliseconds, and what time it is now. */
export interface TimelineRange {
  readonly fromMs: number;
  readonly toMs: number;
  readonly nowMs: number;
}

/** Transitions before a time that are looked at to tell the state in which the node enters it. */
const LOOK_BACK = 8;

/**
 * How a node was connected in `[fromMs, toMs)`, at most up to `nowMs`. The timeline forgets after a time; what the node's
 * row still knows of its last connects and disconnects stands in for that. What neither knows counts as unknown.
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
  const kept = transitionsOf(row).filter(({ atMs }) => atMs < endMs);
  const all = withLastWord(inOrder(unique([...earlier, ...inRange, ...kept])), row, endMs);
  const before = all.findLast(({ atMs }) => atMs < fromMs)?.state ?? "unknown";
  const transitions = collapse(
    all.filter(({ atMs }) => atMs >= fromMs),
    before,
  );
  return { before, transitions, uptime: uptimeOf(transitions, before, fromMs, endMs) };
}

/** The connects and disconnects that a row knows, from the time on since which it knows all of them. */
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
 * A row decides by more than the times of its events where these are not plausible. At the present its state is that of the
 * timeline too, unless the timeline has seen something that the row has not.
 */
function withLastWord(all: readonly Transition[], row: Connection, endMs: number): readonly Transition[] {
  const last = all.at(-1);
  const { state, sinceMs = 0 } = stateOf(row);
  if (last === undefined || state === "unknown" || last.state === state) return all;
  const { latest, clamped } = last.state === "online" ? row.connected : row.disconnected;
  const known = [latest?.atMs, clamped?.atMs].includes(last.atMs);
  const atMs = Math.max(sinceMs, last.atMs);
  const isWhole = [row.connected, row.disconnected].every(
    (clock) => (clock.latest?.atMs ?? 0) < endMs && (clock.clamped?.atMs ?? 0) < endMs,
  );
  return known && isWhole && atMs < endMs ? [...all, { atMs, state }] : all;
}

function unique(transitions: readonly Transition[]): Transition[] {
  return [...new Map(transitions.map((one) => [`${one.atMs} ${one.state}`, one])).values()];
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
      Limit: LOOK_BACK,
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
        // A key of that very moment goes on after the time, and so sorts behind it.
        ":to": { S: timeText(toMs) },
      },
    },
  );
  const transitions: Transition[] = [];
  for await (const { Items = [] } of pages) transitions.push(...Items.map(decodeTransition));
  return transitions;
}
