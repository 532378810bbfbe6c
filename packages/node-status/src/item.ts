import { createHash } from "node:crypto";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import type { Attributes } from "@rainhooks/dynamodb";
import { type NodeState, stateOf } from "./connection.ts";
import { decodeFacts, encodeFacts, type NodeFacts } from "./facts.ts";
import { byStatusIndex, STATUS_SHARDS } from "./table.ts";

/** Digits of a time in a sort key: enough for every date that a number of milliseconds can name. */
const TIME_DIGITS = 16;

/** The shards of a status, each a partition of the index. */
export function shardsOf(state: NodeState): string[] {
  return Array.from({ length: STATUS_SHARDS }, (_, shard) => `${state}#${shard}`);
}

/** A time as text that sorts like the time. */
export function timeText(atMs: number): string {
  return String(Math.max(0, Math.floor(atMs))).padStart(TIME_DIGITS, "0");
}

/** The facts of a node as an item of the table. Its place in the index follows from them. */
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

/** An item of the table as the facts of its node. */
export function decodeNode(item: Attributes): NodeFacts {
  return decodeFacts(unmarshall(item));
}

function shardOf(nodeId: string): number {
  return createHash("sha256").update(nodeId).digest().readUInt32BE(0) % STATUS_SHARDS;
}
