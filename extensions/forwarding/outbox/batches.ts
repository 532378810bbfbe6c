import { randomUUID } from "node:crypto";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { SECOND_MS } from "@rainhooks/core/durations";
import { type RainhooksError, toRainhooksError } from "@rainhooks/core/errors";
import type { Attributes } from "@rainhooks/dynamodb/key";
import type { WaitingEvent } from "../messages/attempt-message.ts";
import { deleteBatchEvents, storeBatchEvents } from "./batch-events.ts";
import { decodeEntry, decodeEvents, entryOf, keyOf, OUTBOX_KEEP_MS, unreadEvent } from "./entry.ts";
import { isOrderedLane, laneOfPart } from "./lane.ts";
import type { Lane } from "./store.ts";

/** Which entries of a lane are one request. */
export interface OutboxBatch {
  readonly id: string;
  /** Keys of its entries. */
  readonly entries: readonly string[];
  /** When the first of the events was added, epoch milliseconds. */
  readonly addedAtMs: number;
  /** Id of the queued message for which it was made. */
  readonly cutBy: string;
  /** When its message was sent or its last attempt was claimed, epoch milliseconds. */
  readonly aliveAtMs: number;
  /** Number of the last attempt that has failed; 0 if there was none. */
  readonly failedAttempt: number;
  /** True as soon as nothing is left to do but to delete it. */
  readonly isDone: boolean;
}

/** A batch, and its lane. */
export interface BatchPlace {
  readonly lane: Lane;
  readonly batch: OutboxBatch;
}

/** A batch with its events. */
export interface OpenBatch extends BatchPlace {
  /** In their order; none if it has been sent. */
  readonly events: readonly WaitingEvent[];
  /** Entries that cannot be read: each counts as one event that no decoder takes. */
  readonly unreadable: readonly UnreadableEntry[];
}

interface UnreadableEntry {
  readonly item: string;
  readonly event: WaitingEvent;
  readonly error: RainhooksError;
}

/**
 * Longer than an invocation takes until it has written the outcome of its attempts: until then, no
 * other invocation makes an attempt.
 */
export const CLAIM_MS = 60 * SECOND_MS;

/**
 * Key of the one batch of a lane whose events come one after the other; those of the others begin
 * with it.
 */
export const ONLY_BATCH = "b";

/** Returns the key within its lane under which a batch is found. */
function keyIn({ name }: Lane, id: string): string {
  return isOrderedLane(name) ? ONLY_BATCH : `${ONLY_BATCH}#${id}`;
}

/** Converts an item to its batch. */
export function decodeBatch(item: Attributes): OutboxBatch {
  const { id, entries, addedAtMs, cutBy, aliveAtMs, failedAttempt, isDone } = unmarshall(item);
  return { id, entries, addedAtMs, cutBy, aliveAtMs, failedAttempt, isDone };
}

/**
 * Writes a batch that no attempt has failed for; a new one only if there is none at its place.
 * Returns whether it did.
 */
export function putBatch(
  { lane, batch }: BatchPlace,
  nowMs: number,
  isNew = true,
): Promise<boolean> {
  const expiresAtS = Math.ceil((nowMs + OUTBOX_KEEP_MS) / 1000);
  const item = keyIn(lane, batch.id);
  return lane.put(marshall({ ...batch, failedAttempt: 0, item, expiresAtS }), isNew);
}

/**
 * Reads a batch and its events; `undefined` if it is deleted. What is not kept any more is left
 * out: it has expired, or was sent in another batch before a late call wrote this one.
 */
export async function openBatch(lane: Lane, id: string): Promise<OpenBatch | undefined> {
  const batch = await readBatch(lane, id);
  if (batch === undefined) return undefined;
  const items = batch.isDone ? [] : await lane.getAll(batch.entries);
  // Another function may be deleting it.
  if (items.length < batch.entries.length && (await readBatch(lane, id))?.isDone !== false)
    return { lane, batch, events: [], unreadable: [] };
  const unreadable: UnreadableEntry[] = [];
  const sorted = items.sort((a, b) => ((a["item"]?.S ?? "") < (b["item"]?.S ?? "") ? -1 : 1));
  const events = sorted.flatMap((one) => {
    try {
      return decodeEvents(one);
    } catch (thrown) {
      unreadable.push({
        item: one["item"]?.S ?? "",
        event: unreadEvent(one),
        error: toRainhooksError(thrown),
      });
      return [];
    }
  });
  if (isOrderedLane(lane.name)) events.sort((a, b) => a.delivery.sentAtMs - b.delivery.sentAtMs);
  return { lane, batch, events, unreadable };
}

/**
 * Reads a batch as it is now; `undefined` if it is not there any more. Another one can be at its
 * place.
 */
async function readBatch(lane: Lane, id: string): Promise<OutboxBatch | undefined> {
  const item = await lane.get(keyIn(lane, id));
  const batch = item === undefined ? undefined : decodeBatch(item);
  return batch?.id === id ? batch : undefined;
}

/**
 * The result of a claim: the attempt may be made, another function makes it, or it has been made
 * and failed.
 */
export type BatchClaim = "claimed" | "busy" | "old";

/** Claims a batch for an attempt, so that no copy of its message makes the same. */
export async function claimBatch(
  place: BatchPlace,
  attempt: number,
  nowMs: number,
): Promise<BatchClaim> {
  // The client may repeat the call because its response was lost.
  const token = randomUUID();
  const isClaimed = await changeBatch(
    place,
    "SET claimedAttempt = :attempt, claimedUntilMs = :until, claimedBy = :token, aliveAtMs = :now",
    { ":attempt": attempt, ":until": nowMs + CLAIM_MS, ":now": nowMs, ":token": token },
    " AND failedAttempt < :attempt AND (attribute_not_exists(claimedAttempt) OR claimedAttempt < :attempt OR claimedUntilMs < :now OR claimedBy = :token)",
  );
  if (isClaimed) return "claimed";
  const now = await readBatch(place.lane, place.batch.id);
  return now === undefined || now.failedAttempt >= attempt ? "old" : "busy";
}

/** Notes that an attempt has failed, so that a copy of its message does not make it again. */
export async function noteFailed(place: BatchPlace, attempt: number, nowMs: number): Promise<void> {
  const set = "SET failedAttempt = :attempt, aliveAtMs = :now";
  await changeBatch(
    place,
    set,
    { ":attempt": attempt, ":now": nowMs },
    " AND failedAttempt < :attempt",
  );
}

/** Changes a batch, if it is still there and a condition holds. Returns whether it did. */
export function changeBatch(
  { lane, batch: { id } }: BatchPlace,
  UpdateExpression: string,
  values: Readonly<Record<`:${string}`, unknown>>,
  condition = "",
): Promise<boolean> {
  return lane.update(keyIn(lane, id), {
    UpdateExpression,
    ConditionExpression: `id = :id${condition}`,
    ExpressionAttributeValues: marshall({ ":id": id, ...values }),
  });
}

/**
 * Deletes a batch with its events. It first marks the batch as done, so that the rest of the batch
 * is not sent if the deletion is interrupted. A repeated call continues the deletion.
 */
export async function deleteBatch({ lane, batch }: BatchPlace): Promise<void> {
  if (batch.entries.length > 1 && !batch.isDone)
    await changeBatch({ lane, batch }, "SET isDone = :true", { ":true": true });
  await lane.deleteAll(batch.entries);
  await lane.deleteBatch(keyIn(lane, batch.id), batch.id);
}

/** Deletes the list of the events in a batch, so that they can be sent in another batch. */
export function forgetBatch({ lane, batch, events }: OpenBatch): Promise<void> {
  return deleteBatchEvents(lane, batch.id, events.map(keyOf));
}

/**
 * Shortens a batch in the lane of a node to the first half of its events, under another id; the
 * other events wait again.
 */
export async function shortenBatch(
  open: OpenBatch,
  as: Pick<OutboxBatch, "id" | "cutBy">,
  nowMs: number,
): Promise<void> {
  const { lane, batch } = open;
  const entries = batch.entries.slice(0, Math.ceil(batch.entries.length / 2));
  await forgetBatch(open);
  await putBatch({ lane, batch: { ...batch, ...as, entries, aliveAtMs: nowMs } }, nowMs, false);
}

/**
 * Divides a batch into two, each in a lane of its own, with an entry for each event. A repeated
 * call makes the same two.
 *
 * @returns Their ids.
 */
export async function divideBatch(open: OpenBatch, nowMs: number): Promise<readonly string[]> {
  const { batch, events } = open;
  const middle = Math.ceil(events.length / 2);
  const halves = [events.slice(0, middle), events.slice(middle)].map(async (half, index) => {
    const id = `${batch.id}_${index}`;
    const lane = open.lane.other(laneOfPart(id));
    const items = half.map((one, timeMs) => entryOf([one], { timeMs, addedAtMs: batch.addedAtMs }));
    await lane.putAll(items);
    const entries = items.map((one) => decodeEntry(one).item);
    await putBatch({ lane, batch: { ...batch, id, entries, aliveAtMs: nowMs } }, nowMs);
    await storeBatchEvents(lane, id, half.map(keyOf), nowMs);
    return id;
  });
  const ids = await Promise.all(halves);
  await forgetBatch(open);
  return ids;
}
