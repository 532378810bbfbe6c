import { createHash } from "node:crypto";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import type { Attributes } from "@rainhooks/dynamodb";
import { type NodeState, stateOf } from "./connection.ts";
import { decodeFacts, encodeFacts, type NodeFacts } from "./facts.ts";
import { byStatusIndex, STATUS_SHARDS } from "./table.ts";

/** Number of digits of a time in a sort key: enough for every JavaScript date. */
const TIME_DIGITS = 16;

/** Returns the shards of a state. Each is a partition key of the index. */
export function shardsOf(state: NodeState): string[] {
  return Array.from({ length: STATUS_SHARDS }, (_, shard) => `${state}#${shard}`);
}

/** Returns a time as text of fixed length, so that texts sort like times. */
export function timeText(atMs: number): string {
  return String(Math.max(0, Math.floor(atMs))).padStart(TIME_DIGITS, "0");
}

/**
 * Converts the facts of a node to an item of the table, including its keys in the index.
 *
 * @example
 * ```ts
 * import { encodeNode, project } from "@rainhooks/node-status";
 *
 * const item = encodeNode(project([], 0), "kitchen");
 * console.log(item["nodeId"], item["sinceKey"]); // { S: 'kitchen' } { S: '0000000000000000#kitchen' }
 * ```
 */
export function encodeNode(facts: NodeFacts, nodeId: string): Attributes {
  const { state, sinceMs } = stateOf(facts);
  return marshall(
    {
      nodeId,
      [byStatusIndex.partitionKey.name]: `${state}#${shardOf(nodeId)}`,
      [byStatusIndex.sortKey.name]: `${timeText(sinceMs ?? 0)}#${nodeId}`,
      ...encodeFacts(facts),
    },
    { removeUndefinedValues: true },
  );
}

/** Converts an item of the table to the facts of its node. */
export function decodeNode(item: Attributes): NodeFacts {
  return decodeFacts(unmarshall(item));
}

function shardOf(nodeId: string): number {
  return createHash("sha256").update(nodeId).digest().readUInt32BE(0) % STATUS_SHARDS;
}
