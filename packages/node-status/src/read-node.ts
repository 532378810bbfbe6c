import { type DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { queryAll } from "@rainhooks/dynamodb/read-all";
import { type Clock, type Connection, decisive, type NodeState, stateOf } from "./connection.ts";
import { type NodeFacts, type ReadableFacts, readableFacts } from "./facts.ts";
import type { LastEvent } from "./fields/last-other.ts";
import type { RecentConnections } from "./fields/recent.ts";
import { type NodeUser, usersOf } from "./members.ts";
import { decodeNode } from "./node-item.ts";
import { isSubItem, STATUS, statusKey, subItemName } from "./sub-item.ts";

/** The status of a node, without its users and tags. */
export interface NodeStatus extends ReadableFacts {
  readonly nodeId: string;
  readonly state: NodeState;
  /**
   * Since when the node is in its state, epoch milliseconds; `undefined` if the state is unknown.
   */
  readonly sinceMs: number | undefined;
  readonly connectedAtMs: number | undefined;
  readonly disconnectedAtMs: number | undefined;
  /**
   * Time of the last event, epoch milliseconds. It can be too early by up to the interval at which
   * it is written.
   */
  readonly lastSeenMs: number | undefined;
  readonly lastEvent: LastEvent | undefined;
}

/** The status of a node, with its users and tags. */
export interface Node extends NodeStatus {
  readonly users: readonly NodeUser[];
  /** All tags that were ever attached, sorted. */
  readonly tags: readonly string[];
}

/** What is known of the connection of a node: its last connects and disconnects. */
export interface ConnectionHistory extends Connection {
  readonly recent: RecentConnections;
}

/** The node-status table, and the client to read it with. */
export interface NodeStatusReader {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}

/**
 * Reads the status of a node, its users and its tags; `undefined` if no event of it has been
 * received.
 */
export async function readNode(
  reader: NodeStatusReader,
  nodeId: string,
): Promise<Node | undefined> {
  const query = {
    KeyConditionExpression: "nodeId = :node",
    ExpressionAttributeValues: { ":node": { S: nodeId } },
  };
  return toNode(await queryAll(reader, query));
}

/**
 * Reads the last connects and disconnects of a node; `undefined` if no event of the node has been
 * received.
 */
export async function readConnection(
  reader: NodeStatusReader,
  nodeId: string,
): Promise<ConnectionHistory | undefined> {
  const item = await readItem(reader, nodeId);
  return item === undefined ? undefined : decodeNode(item);
}

async function readItem({ client, tableName }: NodeStatusReader, nodeId: string) {
  const Key = statusKey(nodeId);
  const { Item } = await client.send(new GetItemCommand({ TableName: tableName, Key }));
  return Item;
}

/**
 * Converts all items of a node to its status, users and tags; returns `undefined` if the item with
 * the status is not among them.
 */
function toNode(items: readonly Attributes[]): Node | undefined {
  const status = items.find((item) => item["item"]?.S === STATUS);
  if (status === undefined) return undefined;
  return {
    ...toNodeStatus(status),
    users: usersOf(items.filter((item) => isSubItem(item, "user"))),
    tags: items.filter((item) => isSubItem(item, "tag")).map(subItemName),
  };
}

/** Converts the item with the status of a node. */
export function toNodeStatus(item: Attributes): NodeStatus {
  const facts = decodeNode(item);
  return {
    nodeId: item["nodeId"]?.S ?? "",
    ...stateOf(facts),
    connectedAtMs: lastOf(facts.connected),
    disconnectedAtMs: lastOf(facts.disconnected),
    lastSeenMs: lastSeenMs(facts),
    lastEvent: lastEventOf(facts),
    ...readableFacts(facts),
  };
}

function lastOf({ latest, clamped }: Clock): number | undefined {
  return maxOf([latest?.atMs, clamped?.atMs]);
}

/**
 * Returns the newest event. Of connect and disconnect it uses the one that decides the state, so
 * that both always agree.
 */
function lastEventOf(facts: NodeFacts): LastEvent | undefined {
  const { lastOther } = facts;
  const found = decisive(facts);
  if (found === undefined || (lastOther !== undefined && lastOther.atMs > found.atMs))
    return lastOther;
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
