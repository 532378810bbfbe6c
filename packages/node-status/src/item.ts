import { createHash } from "node:crypto";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { catalogEntry } from "@rainhooks/core";
import type { Attributes } from "@rainhooks/sinks";
import type { LastEvent, NodeClocks, Stamp } from "./status.ts";
import { type NodeState, stateOf } from "./status.ts";
import { STATUS_SHARDS } from "./table.ts";

/** The shards of a status, each a partition of the index. */
export function shardsOf(state: NodeState): string[] {
  return Array.from({ length: STATUS_SHARDS }, (_, shard) => `${state}#${shard}`);
}

/** A node's state as an item of the table, without its key. What can be derived is stored too, for the index. */
export function encodeNode(clocks: NodeClocks, nodeId: string): Attributes {
  const { connected, disconnected, lastEvent } = clocks;
  const { state, sinceMs } = stateOf(clocks);
  return marshall(
    {
      nodeId,
      state,
      sinceMs: sinceMs ?? 0,
      statusShard: `${state}#${shardOf(nodeId)}`,
      connectedAtMs: connected?.atMs,
      connectedTieMs: connected?.tieMs,
      disconnectedAtMs: disconnected?.atMs,
      disconnectedTieMs: disconnected?.tieMs,
      lastEvent: lastEvent === undefined ? undefined : { ...lastEvent },
    },
    { removeUndefinedValues: true },
  );
}

/** An item of the table as the state of its node. */
export function decodeNode(item: Attributes): NodeClocks {
  const fields = unmarshall(item);
  return {
    connected: stamp(fields["connectedAtMs"], fields["connectedTieMs"]),
    disconnected: stamp(fields["disconnectedAtMs"], fields["disconnectedTieMs"]),
    lastEvent: lastEventOf(fields["lastEvent"]),
  };
}

function stamp(atMs: unknown, tieMs: unknown): Stamp | undefined {
  return typeof atMs === "number" && typeof tieMs === "number" ? { atMs, tieMs } : undefined;
}

function lastEventOf(raw: unknown): LastEvent | undefined {
  if (typeof raw !== "object" || raw === null) return undefined;
  const { type, atMs, sentAtMs, deliveryId } = raw as Partial<Record<keyof LastEvent, unknown>>;
  const known = typeof type === "string" ? catalogEntry(type)?.type : undefined;
  if (known === undefined || typeof atMs !== "number" || typeof sentAtMs !== "number") return undefined;
  return { type: known, atMs, sentAtMs, deliveryId: String(deliveryId) };
}

function shardOf(nodeId: string): number {
  return createHash("sha256").update(nodeId).digest().readUInt32BE(0) % STATUS_SHARDS;
}
