import { createHash } from "node:crypto";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { catalogEntry } from "@rainhooks/core";
import type { Attributes } from "@rainhooks/dynamodb";
import { type Clock, equalClocks, NO_CLOCK, type NodeState, stateOf } from "./connection.ts";
import type { LastAlert, LastEvent, Membership, NodeConfig, NodeFacts, Source } from "./facts.ts";
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
  const { connected, disconnected, lastOther, config, lastAlert, seenMs, users, tags } = facts;
  const { state, sinceMs } = stateOf(facts);
  return marshall(
    {
      nodeId,
      [byStatusIndex.partitionKey.name]: `${state}#${shardOf(nodeId)}`,
      [byStatusIndex.sortKey.name]: `${timeText(sinceMs ?? 0)}#${nodeId}`,
      connected: encodeClock(connected),
      disconnected: encodeClock(disconnected),
      lastOther,
      config,
      lastAlert,
      seenMs,
      users: users.size === 0 ? undefined : [...users].map(([userId, one]) => ({ userId, ...one })),
      tags: tags.length === 0 ? undefined : tags,
    },
    { removeUndefinedValues: true },
  );
}

/** An item of the table as the facts of its node. */
export function decodeNode(item: Attributes): NodeFacts {
  const fields = unmarshall(item);
  return {
    connected: decodeClock(fields["connected"]),
    disconnected: decodeClock(fields["disconnected"]),
    lastOther: lastEventOf(fields["lastOther"]),
    config: source(fields["config"]) as NodeConfig | undefined,
    lastAlert: source(fields["lastAlert"]) as LastAlert | undefined,
    seenMs: fields["seenMs"],
    users: usersOf(fields["users"]),
    tags: (fields["tags"] as string[] | undefined) ?? [],
  };
}

function encodeClock(clock: Clock): Clock | undefined {
  return equalClocks(clock, NO_CLOCK) ? undefined : clock;
}

function decodeClock(raw: unknown): Clock {
  if (typeof raw !== "object" || raw === null) return NO_CLOCK;
  const { latest, beforeMs, clamped } = raw as Partial<Record<keyof Clock, unknown>>;
  return {
    latest: source(latest),
    beforeMs: typeof beforeMs === "number" ? beforeMs : undefined,
    clamped: source(clamped),
  };
}

function usersOf(raw: unknown): NodeFacts["users"] {
  const list = Array.isArray(raw) ? (raw as (Membership & { readonly userId: string })[]) : [];
  return new Map(list.map(({ userId, ...membership }) => [userId, membership]));
}

function source(raw: unknown): Source | undefined {
  if (typeof raw !== "object" || raw === null) return undefined;
  const { atMs, sentAtMs } = raw as Partial<Record<keyof Source, unknown>>;
  return typeof atMs === "number" && typeof sentAtMs === "number" ? (raw as Source) : undefined;
}

function lastEventOf(raw: unknown): LastEvent | undefined {
  const found = source(raw) as (Source & { readonly type?: unknown }) | undefined;
  const known = typeof found?.type === "string" ? catalogEntry(found.type)?.type : undefined;
  return found === undefined || known === undefined ? undefined : { ...found, type: known };
}

function shardOf(nodeId: string): number {
  return createHash("sha256").update(nodeId).digest().readUInt32BE(0) % STATUS_SHARDS;
}
