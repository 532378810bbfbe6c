import { type DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import type { Attributes } from "@rainhooks/dynamodb";
import { type Clock, type Connection, decisive, type NodeState, stateOf } from "./connection.ts";
import { type NodeFacts, type ShownFacts, shownFacts } from "./facts.ts";
import type { LastEvent } from "./fields/last-other.ts";
import { decodeNode } from "./item.ts";

/** A row of the node-status table as readers get it. */
export interface NodeStatus extends ShownFacts {
  readonly nodeId: string;
  readonly state: NodeState;
  /** Since when, epoch milliseconds; not known for a node of unknown state. */
  readonly sinceMs: number | undefined;
  readonly connectedAtMs: number | undefined;
  readonly disconnectedAtMs: number | undefined;
  /** When the last event of the node happened, or a while before: it may lag by the interval in which it is written. */
  readonly lastSeenMs: number | undefined;
  readonly lastEvent: LastEvent | undefined;
}

/** The table to read, and the client to read it with. */
export interface NodeStatusReader {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}

/** One node; `undefined` when no event of it has been seen. */
export async function readNode(reader: NodeStatusReader, nodeId: string): Promise<NodeStatus | undefined> {
  const item = await readItem(reader, nodeId);
  return item === undefined ? undefined : toNodeStatus(item);
}

/** The connects and disconnects that a node's row knows; `undefined` when no event of the node has been seen. */
export async function readConnection(
  reader: NodeStatusReader,
  nodeId: string,
): Promise<Connection | undefined> {
  const item = await readItem(reader, nodeId);
  return item === undefined ? undefined : decodeNode(item);
}

async function readItem({ client, tableName }: NodeStatusReader, nodeId: string) {
  const Key = { nodeId: { S: nodeId } };
  const { Item } = await client.send(new GetItemCommand({ TableName: tableName, Key }));
  return Item;
}

/** An item of the table as a row. */
export function toNodeStatus(item: Attributes): NodeStatus {
  const facts = decodeNode(item);
  return {
    nodeId: item["nodeId"]?.S ?? "",
    ...stateOf(facts),
    connectedAtMs: lastOf(facts.connected),
    disconnectedAtMs: lastOf(facts.disconnected),
    lastSeenMs: lastSeenMs(facts),
    lastEvent: lastEventOf(facts),
    ...shownFacts(facts),
  };
}

function lastOf({ latest, clamped }: Clock): number | undefined {
  return maxOf([latest?.atMs, clamped?.atMs]);
}

/** The newest event. Of connect and disconnect the one that decides the state, so that the two never contradict each other. */
function lastEventOf(facts: NodeFacts): LastEvent | undefined {
  const { lastOther } = facts;
  const found = decisive(facts);
  if (found === undefined || (lastOther !== undefined && lastOther.atMs > found.atMs)) return lastOther;
  const { state, ...source } = found;
  return {
    type: state === "online" ? "rmaker.event.node_connected" : "rmaker.event.node_disconnected",
    ...source,
  };
}

function lastSeenMs(facts: NodeFacts): number | undefined {
  const { seenMs, connected, disconnected, lastOther } = facts;
  return maxOf([seenMs, lastOf(connected), lastOf(disconnected), lastOther?.atMs]);
}

function maxOf(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}
