import { createHash } from "node:crypto";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { ATTEMPT_SHARDS } from "../forwarding-tables.ts";
import type { Attempt, AttemptKey } from "./attempt.ts";

/**
 * Whether an attempt succeeded: the two are apart in the index, so that few failures are found
 * among many successes.
 */
export type AttemptState = "delivered" | "failed";

/** The states of attempts. */
export const ATTEMPT_STATES = ["delivered", "failed"] as const satisfies readonly AttemptState[];

const TIME_DIGITS = 16;
const ATTEMPT_DIGITS = 4;

/** Returns a time as text in whose order times are. */
export function timeKey(atMs: number): string {
  return String(Math.max(0, Math.trunc(atMs))).padStart(TIME_DIGITS, "0");
}

/** Returns the key of an attempt. */
export function attemptKey(key: AttemptKey): Attributes {
  return keyOf(key, timeKey(key.atMs));
}

/** Returns the key of the claim of an attempt, which is beside it. */
export function claimKey(key: Omit<AttemptKey, "atMs">): Attributes {
  return keyOf(key, "claim");
}

function keyOf(
  { webhookId, destination, attempt }: Omit<AttemptKey, "atMs">,
  last: string,
): Attributes {
  const number = String(attempt).padStart(ATTEMPT_DIGITS, "0");
  return { webhookId: { S: webhookId }, item: { S: `${destination}#${number}#${last}` } };
}

/**
 * Returns the partition of the index with the attempts of a destination in a state, of one shard.
 */
export function placeOf(destination: string, state: AttemptState, shard: number): string {
  return `${destination}#${state}#${shard}`;
}

/** Converts an attempt to its item. */
export function attemptItem(attempt: Attempt, keepMs: number): Attributes {
  const { webhookId, destination, atMs, outcome } = attempt;
  const state: AttemptState = outcome === "delivered" ? "delivered" : "failed";
  return {
    ...marshall(attempt, { removeUndefinedValues: true }),
    ...attemptKey(attempt),
    place: { S: placeOf(destination, state, shardOf(webhookId)) },
    atKey: { S: `${timeKey(atMs)}#${webhookId}#${destination}#${attempt.attempt}` },
    expiresAtS: { N: String(Math.ceil((atMs + keepMs) / 1000)) },
  };
}

/** Converts an item, or its part in the index, to an attempt. */
export function decodeAttempt(item: Attributes): Attempt {
  const { item: _, place: __, atKey: ___, expiresAtS: ____, ...attempt } = unmarshall(item);
  return attempt as Attempt;
}

function shardOf(webhookId: string): number {
  return createHash("sha256").update(webhookId).digest().readUInt32BE() % ATTEMPT_SHARDS;
}
