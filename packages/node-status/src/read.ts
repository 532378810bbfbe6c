import { type DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import type { Attributes } from "@rainhooks/dynamodb";
import { type Clock, type Connection, decisive, type NodeState, stateOf } from "./connection.ts";
import { type NodeFacts, type ShownFacts, shownFacts } from "./facts.ts";
import type { LastEvent } from "./fields/last-other.ts";
import { decodeNode } from "./item.ts";

/** The status of a node, read from its row in the node-status table. */
export interface NodeStatus extends ShownFacts {
  readonly nodeId: string;
  readonly state: NodeState;
  /** Since when the node is in its state, epoch milliseconds; `undefined` if the state is unknown. */
  readonly sinceMs: number | undefined;
  readonly connectedAtMs: number | undefined;
  readonly disconnectedAtMs: number | undefined;
  /** Time of the last event, epoch milliseconds. It can be too early by up to the interval at which it is written. */
  readonly lastSeenMs: number | undefined;
  readonly lastEvent: LastEvent | undefined;
}

/** The node-status table, and the client to read it with. */
export interface NodeStatusReader {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}

/**
 * Reads the status of a node; `undefined` if no event of it has been received.
 *
 * @example
 * ```ts
 * import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
 * import { readNode } from "@rainhooks/node-status";
 *
 * const reader = { client: new DynamoDBClient({}), tableName: "rainhooks-dev-node-status" };
 * const node = await readNode(reader, "kitchen");
 * console.log(node?.state, node?.config?.firmware); // online 1.2.0
 * ```
 */
export async function readNode(reader: NodeStatusReader, nodeId: string): Promise<NodeStatus | undefined> {
  const item = await readItem(reader, nodeId);
  return item === undefined ? undefined : toNodeStatus(item);
}

/**
 * Reads the last connects and disconnects from a node's row; `undefined` if no event of the node has been received.
 *
 * @example
 * ```ts
 * import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
 * import { readConnection } from "@rainhooks/node-status";
 *
 * const reader = { client: new DynamoDBClient({}), tableName: "rainhooks-dev-node-status" };
 * const connection = await readConnection(reader, "kitchen");
 * console.log(connection?.disconnected.latest?.atMs); // 1732438800000
 * ```
 */
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

/** Converts an item of the table to the status of its node. */
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

/** Returns the newest event. Of connect and disconnect it uses the one that decides the state, so that both always agree. */
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
