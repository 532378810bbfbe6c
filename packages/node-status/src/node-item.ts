import { hash } from "node:crypto";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { TRIAL_NODE } from "@rainhooks/core/trial";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { type NodeState, stateOf } from "./connection.ts";
import {
  decodeFacts,
  encodeFacts,
  factValue,
  fieldsWith,
  type NodeFacts,
  type NodeFields,
} from "./facts.ts";
import type { ExtensionField } from "./fields/extension-field.ts";
import { byIdIndex, byStatusIndex, INDEX_SHARDS } from "./node-status-tables.ts";
import { statusKey } from "./sub-item.ts";
import { timeText } from "./time-text.ts";

/** The states whose nodes the index by state has. */
export type IndexedState = Exclude<NodeState, "online">;

/** Returns the shards of a state. Each is a partition key of the index by state. */
export function shardsOf(state: IndexedState): string[] {
  return Array.from({ length: INDEX_SHARDS }, (_, shard) => `${state}#${shard}`);
}

/** Returns the shards of the index by id. */
export function idShards(): string[] {
  return Array.from({ length: INDEX_SHARDS }, (_, shard) => String(shard));
}

/**
 * Converts the facts of a node to the item with its status, including its keys in the indexes.
 */
export function encodeNode(
  facts: NodeFacts,
  nodeId: string,
  extra: readonly ExtensionField[] = [],
  fields = fieldsWith(extra),
): Attributes {
  return {
    ...statusKey(nodeId),
    ...derivedAttributes(facts, nodeId, extra),
    ...marshall(encodeFacts(facts, fields), { removeUndefinedValues: true }),
  };
}

/**
 * Returns the attributes of an item that follow from its facts: its keys in the indexes, and what
 * they project.
 */
export function derivedAttributes(
  facts: NodeFacts,
  nodeId: string,
  extra: readonly ExtensionField[] = [],
): Attributes {
  // In no index, it is not listed, counted or judged.
  if (nodeId === TRIAL_NODE) return {};
  const { state, sinceMs } = stateOf(facts);
  const shard = String(shardOf(nodeId));
  const inStatusIndex = {
    [byStatusIndex.partitionKey.name]: `${state}#${shard}`,
    [byStatusIndex.sortKey.name]: `${timeText(sinceMs ?? 0)}#${nodeId}`,
  };
  const attributes: Record<string, string> = {
    [byIdIndex.partitionKey.name]: shard,
    ...(state === "online" ? {} : inStatusIndex),
  };
  for (const field of extra)
    if (field.index !== undefined)
      Object.assign(attributes, field.index.keysOf(factValue(facts, field), nodeId, shard));
  const texts = Object.entries(attributes).map(([name, S]) => [name, { S }] as const);
  const { firmware } = facts.config ?? {};
  return {
    ...Object.fromEntries(texts),
    ...(firmware === undefined ? {} : { firmware: { S: firmware } }),
  };
}

/** Converts an item of the table to the facts of its node. */
export function decodeNode(item: Attributes, fields?: NodeFields): NodeFacts {
  return decodeFacts(unmarshall(item), fields);
}

function shardOf(nodeId: string): number {
  return hash("sha256", nodeId, "buffer").readUInt32BE(0) % INDEX_SHARDS;
}
