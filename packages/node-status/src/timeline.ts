import { type DynamoDBClient, paginateQuery, QueryCommand } from "@aws-sdk/client-dynamodb";
import { timeText } from "./item.ts";
import type { NodeState } from "./status.ts";
import { decodeTransition, type Transition } from "./transition.ts";
import { collapse, type Uptime, uptimeOf } from "./uptime.ts";

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

/**
 * How a node was connected in `[fromMs, toMs)`, at most up to `nowMs`. What has been forgotten by now counts as unknown.
 */
export async function readTimeline(
  reader: TimelineReader,
  nodeId: string,
  { fromMs, toMs, nowMs }: { readonly fromMs: number; readonly toMs: number; readonly nowMs: number },
): Promise<NodeTimeline> {
  const endMs = Math.max(fromMs, Math.min(toMs, nowMs));
  const [before, all] = await Promise.all([
    stateBefore(reader, nodeId, fromMs),
    readTransitions(reader, nodeId, fromMs, endMs),
  ]);
  const transitions = collapse(all, before);
  return { before, transitions, uptime: uptimeOf(transitions, before, fromMs, endMs) };
}

async function stateBefore(
  { client, tableName }: TimelineReader,
  nodeId: string,
  fromMs: number,
): Promise<NodeState> {
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: tableName,
      KeyConditionExpression: "nodeId = :node AND #at < :from",
      ExpressionAttributeNames: { "#at": "at" },
      ExpressionAttributeValues: { ":node": { S: nodeId }, ":from": { S: timeText(fromMs) } },
      ScanIndexForward: false,
      Limit: 1,
    }),
  );
  const [last] = Items;
  return last === undefined ? "unknown" : decodeTransition(last).state;
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
