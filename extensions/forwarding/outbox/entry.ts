import { createHash } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { DAY_MS, MINUTE_MS } from "@rainhooks/core/durations";
import { messageOf, RainhooksError } from "@rainhooks/core/errors";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { isWaitingEvent, type WaitingEvent } from "../messages/attempt-message.ts";

/** Events that one invocation has added to a lane. They are sent in the same request. */
export interface Entry {
  /** Key within the lane. */
  readonly item: string;
  readonly count: number;
  /** Bytes of the events as they were published. */
  readonly bytes: number;
  /** When they were added, epoch milliseconds. */
  readonly addedAtMs: number;
  /** The {@link keyOf} each event. */
  readonly keys: readonly string[];
  /** The webhook-id of its only event; absent if it has several. */
  readonly webhookId?: string | undefined;
  /** Whether that event may have been added before. */
  readonly isAgain: boolean;
}

/** Prefix of the keys of entries. */
export const ENTRY_PREFIX = "e#";
/**
 * How long entries are kept: longer than any retry schedule takes, and longer than the dead-letter
 * queue keeps the message of a batch.
 */
export const OUTBOX_KEEP_MS = 30 * DAY_MS;
/**
 * Maximum bytes of an entry when it is read: more than an event of SNS with every character
 * escaped.
 */
const MAX_INFLATED_BYTES = 8 * 1024 * 1024;
const TIME_DIGITS = 15;

/** Returns a time as text that sorts in the order of the times. */
export function timeText(ms: number): string {
  return String(Math.max(0, Math.trunc(ms))).padStart(TIME_DIGITS, "0");
}

/** Bytes of the hash of a webhook-id, and of the minute in which its event was published. */
const ID_BYTES = 12;
const MINUTE_BYTES = 4;
const KEY = new RegExp(`.{${2 * (ID_BYTES + MINUTE_BYTES)}}`, "g");

/**
 * Returns the key of an event that waits: what identifies it among those of a destination, in few
 * bytes.
 */
export function keyOf({ webhookId, delivery }: WaitingEvent): string {
  const hash = createHash("sha256").update(webhookId).digest().subarray(0, ID_BYTES);
  const minute = Math.max(0, Math.floor(delivery.sentAtMs / MINUTE_MS)).toString(16);
  return `${hash.toString("hex")}${minute.padStart(2 * MINUTE_BYTES, "0")}`;
}

/** Returns the hash of the webhook-id that a key has. */
export function idIn(key: string): string {
  return key.slice(0, 2 * ID_BYTES);
}

/** Returns the minute that a key has, in minutes since 1970. */
export function minuteIn(key: string): number {
  return Number.parseInt(key.slice(2 * ID_BYTES), 16);
}

/** Writes keys one after the other. */
export function packKeys(keys: readonly string[]): Uint8Array {
  return Buffer.from(keys.join(""), "hex");
}

/** Parses the result of {@link packKeys}. */
export function unpackKeys(bytes: Uint8Array = new Uint8Array()): string[] {
  return Buffer.from(bytes).toString("hex").match(KEY) ?? [];
}

/** Returns an event's bytes as they count for the size of a batch. */
export function bytesOf({ delivery }: WaitingEvent): number {
  return Buffer.byteLength(delivery.body);
}

/** When events were published or put into a lane, and whether they may have been there before. */
interface EntryTimes {
  /**
   * The place of the entry in its lane: for one event, the time at which it was published; for
   * several, the time at which they were added.
   */
  readonly timeMs: number;
  readonly addedAtMs: number;
  readonly isAgain?: boolean;
}

/** Makes the item of a lane that has some events. */
export function entryOf(
  events: readonly WaitingEvent[],
  { timeMs, addedAtMs, isAgain = false }: EntryTimes,
): Attributes {
  const waiting = events.map(({ webhookId, delivery }) => ({ webhookId, delivery }));
  const ids = waiting.map(({ webhookId }) => webhookId);
  const hash = createHash("sha256").update(ids.join("\n")).digest("base64url").slice(0, 16);
  const item = {
    item: `${ENTRY_PREFIX}${timeText(timeMs)}#${hash}`,
    count: waiting.length,
    bytes: waiting.reduce((sum, one) => sum + bytesOf(one), 0),
    addedAtMs,
    isAgain,
    expiresAtS: Math.ceil((addedAtMs + OUTBOX_KEEP_MS) / 1000),
    keys: packKeys(waiting.map(keyOf)),
    webhookId: ids.length === 1 ? ids[0] : undefined,
  };
  return { ...marshall(item, { removeUndefinedValues: true }), events: packEvents(waiting) };
}

/** Writes events as {@link decodeEvents} reads them. */
export function packEvents(events: readonly WaitingEvent[]): { B: Uint8Array } {
  return { B: gzipSync(JSON.stringify(events)) };
}

/** Converts an item, or the attributes of it that a query has read, to its entry. */
export function decodeEntry(attributes: Attributes): Entry {
  const { item, count, bytes, addedAtMs, keys, webhookId, isAgain } = unmarshall(attributes);
  return { item, count, bytes, addedAtMs, keys: unpackKeys(keys), webhookId, isAgain };
}

/**
 * Reads the events of an item.
 *
 * @throws {RainhooksError} permanent `data-invalid` if they cannot be read.
 */
export function decodeEvents(item: Attributes): WaitingEvent[] {
  try {
    const packed = item["events"]?.B ?? new Uint8Array();
    const text = gunzipSync(packed, { maxOutputLength: MAX_INFLATED_BYTES }).toString();
    const events: unknown = JSON.parse(text);
    if (Array.isArray(events) && events.every(isWaitingEvent)) return events;
    throw new Error("They are no list of events.");
  } catch (cause) {
    const problem = `Events that wait for a destination cannot be read: ${messageOf(cause)}`;
    throw new RainhooksError("data-invalid", problem, { cause, permanent: true });
  }
}

/** Returns an item whose events cannot be read as one event, whose body is the item in base64. */
export function unreadEvent({ item, events }: Attributes): WaitingEvent {
  const id = item?.S ?? "";
  const body = Buffer.from(events?.B ?? []).toString("base64");
  return { webhookId: id, delivery: { id, sentAtMs: 0, topic: undefined, attributes: {}, body } };
}
