import { type DynamoDBClient, GetItemCommand, paginateQuery } from "@aws-sdk/client-dynamodb";
import type { Attributes } from "@rainhooks/sinks";
import { decodeNode, shardsOf } from "./item.ts";
import { type LastEvent, type NodeState, stateOf } from "./status.ts";
import { byStatusIndex } from "./table.ts";

/** A row of the node-status table as people ask for it. */
export interface NodeStatus {
  readonly nodeId: string;
  readonly state: NodeState;
  /** Since when, epoch milliseconds; not known for a node of unknown state. */
  readonly sinceMs: number | undefined;
  readonly connectedAtMs: number | undefined;
  readonly disconnectedAtMs: number | undefined;
  readonly lastEvent: LastEvent | undefined;
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

/** All nodes in a state, the ones that are in it longest first. */
export async function listNodes(reader: NodeStatusReader, state: NodeState): Promise<NodeStatus[]> {
  const shards = await Promise.all(shardsOf(state).map((shard) => readShard(reader, shard)));
  return shards
    .flat()
    .sort((a, b) => (a.sinceMs ?? 0) - (b.sinceMs ?? 0) || a.nodeId.localeCompare(b.nodeId));
}

async function readShard({ client, tableName }: NodeStatusReader, shard: string): Promise<NodeStatus[]> {
  const pages = paginateQuery(
    { client },
    {
      TableName: tableName,
      IndexName: byStatusIndex.name,
      KeyConditionExpression: "#shard = :shard",
      ExpressionAttributeNames: { "#shard": byStatusIndex.partitionKey.name },
      ExpressionAttributeValues: { ":shard": { S: shard } },
    },
  );
  const nodes: NodeStatus[] = [];
  for await (const page of pages) nodes.push(...(page.Items ?? []).map(toNodeStatus));
  return nodes;
}

function toNodeStatus(item: Attributes): NodeStatus {
  const clocks = decodeNode(item);
  return {
    nodeId: item["nodeId"]?.S ?? "",
    ...stateOf(clocks),
    connectedAtMs: clocks.connected?.atMs,
    disconnectedAtMs: clocks.disconnected?.atMs,
    lastEvent: clocks.lastEvent,
  };
}
