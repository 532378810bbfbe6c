import { type DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import type { Attributes } from "@rainhooks/sinks";
import type { LastAlert, LastEvent, NodeConfig, NodeFacts } from "./facts.ts";
import { decodeNode } from "./item.ts";
import { type NodeState, stateOf } from "./status.ts";

/** A user who has a node. */
interface NodeUser {
  readonly userId: string;
  readonly role: string | undefined;
  /** Epoch milliseconds. */
  readonly sinceMs: number;
}

/** A row of the node-status table as people ask for it. */
export interface NodeStatus {
  readonly nodeId: string;
  readonly state: NodeState;
  /** Since when, epoch milliseconds; not known for a node of unknown state. */
  readonly sinceMs: number | undefined;
  readonly connectedAtMs: number | undefined;
  readonly disconnectedAtMs: number | undefined;
  /** When the last event of the node happened, or a while before: it may lag by the interval in which it is written. */
  readonly lastSeenMs: number | undefined;
  readonly lastEvent: LastEvent | undefined;
  readonly config: NodeConfig | undefined;
  readonly lastAlert: LastAlert | undefined;
  readonly users: readonly NodeUser[];
  readonly tags: readonly string[];
}

/** The table to read, and the client to read it with. */
export interface NodeStatusReader {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}

/** One node; `undefined` when no event of it has been seen. */
export async function readNode(reader: NodeStatusReader, nodeId: string): Promise<NodeStatus | undefined> {
  const { Item } = await reader.client.send(
    new GetItemCommand({ TableName: reader.tableName, Key: { nodeId: { S: nodeId } } }),
  );
  return Item === undefined ? undefined : toNodeStatus(Item);
}

/** An item of the table as a row. */
export function toNodeStatus(item: Attributes): NodeStatus {
  const facts = decodeNode(item);
  const { connected, disconnected, lastEvent, config, lastAlert, tags } = facts;
  return {
    nodeId: item["nodeId"]?.S ?? "",
    ...stateOf(facts),
    connectedAtMs: connected?.atMs,
    disconnectedAtMs: disconnected?.atMs,
    lastSeenMs: lastSeenMs(facts),
    lastEvent,
    config,
    lastAlert,
    users: Object.entries(facts.users)
      .filter(([, { member }]) => member)
      .map(([userId, { role, atMs }]) => ({ userId, role, sinceMs: atMs }))
      .sort((a, b) => a.sinceMs - b.sinceMs || a.userId.localeCompare(b.userId)),
    tags,
  };
}

function lastSeenMs({ seenMs, lastEvent }: NodeFacts): number | undefined {
  const times = [seenMs, lastEvent?.atMs].filter((time) => time !== undefined);
  return times.length === 0 ? undefined : Math.max(...times);
}
