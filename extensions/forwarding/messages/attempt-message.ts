import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { MINUTE_MS } from "@rainhooks/core/durations";
import { ERROR_CODES, type ErrorCode, RainhooksError } from "@rainhooks/core/errors";
import type { RainmakerEvent } from "@rainhooks/core/event";
import {
  describeValue,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  tryParseJson,
} from "@rainhooks/core/json";
import { isDestinationId } from "../destinations/ids.ts";
import { type BatchRef, isLane, type LaneMessage } from "../outbox/lane.ts";

/** An event that waits for a destination. */
export interface WaitingEvent {
  readonly webhookId: string;
  readonly delivery: Delivery;
}

/** An event of a request. */
export interface RequestEvent extends WaitingEvent {
  readonly event: RainmakerEvent;
}

/** What is on its way to one destination. */
interface AttemptFields {
  /** Id of the destination. */
  readonly destination: string;
  /** The same for every attempt. */
  readonly webhookId: string;
  /** Number of the attempt that is to be made; the first is 1. */
  readonly attempt: number;
  /**
   * Since when it is on its way, epoch milliseconds: when `forward` received the event for the
   * first time, when it was redriven, or when its first message was sent.
   */
  readonly sinceMs?: number;
  /** When the attempt is to be made, epoch milliseconds; at once if absent. */
  readonly dueAtMs?: number;
  /** True if it has its turn within the destination's rate, at `dueAtMs`. */
  readonly hasTurn?: boolean;
  /**
   * True if it is among those that wait for the destination: an attempt failed, or the destination
   * is slow.
   */
  readonly isWaiting?: boolean;
  /**
   * When its destination was changed last as its sender knows it, epoch milliseconds: a worker that
   * knows another time reads the destination again.
   */
  readonly changedAtMs?: number;
}

/** An event on its way to one destination. */
export interface EventMessage extends AttemptFields {
  readonly delivery: Delivery;
  readonly batch?: undefined;
  /** True if the destination missed the event before: live events are sent first. */
  readonly isMissed?: boolean;
  /** True if another message for the same event may be on its way, or has been. */
  readonly isAgain?: boolean;
  /** True if it is to be put into the outbox. It is only sent if that failed. */
  readonly isForOutbox?: boolean;
  /** Why its batch was given up: it goes to the dead-letter queue. Redriven, it has none. */
  readonly givenUp?: { readonly code: ErrorCode; readonly message: string } | undefined;
}

/** A batch on its way to one destination: its events are in the outbox. */
export interface BatchMessage extends AttemptFields {
  readonly batch: BatchRef;
}

/** A message about an attempt. */
export type AttemptMessage = EventMessage | BatchMessage;

/** A message of the queues of attempts and of retries, as JSON. */
export type WorkerMessage = AttemptMessage | LaneMessage;

/** Returns whether a message is about an attempt, not about a lane of the outbox. */
export function isAttempt(message: WorkerMessage): message is AttemptMessage {
  return !("kind" in message);
}

/**
 * A message that its queue took this much later than it was sent was moved there from a dead-letter
 * queue.
 */
const REDRIVEN_AFTER_MS = MINUTE_MS;

/**
 * Parses a message. If it was redriven, an event has attempt 1 again, without a wait.
 *
 * @param queuedAtMs When its queue took it, epoch milliseconds; 0 if that is not known.
 * @throws {RainhooksError} permanent `data-invalid` if it is not such a message.
 */
export function parseAttemptMessage(text: string, queuedAtMs: number): WorkerMessage {
  const value: unknown = tryParseJson(text);
  if (!isSentMessage(value)) {
    const problem = `The message is no event for a destination, as it is written: ${describeValue(value)}.`;
    throw new RainhooksError("data-invalid", problem, { permanent: true });
  }
  const { sentAtMs, sinceMs = sentAtMs, ...message } = value;
  if (queuedAtMs - sentAtMs <= REDRIVEN_AFTER_MS) return { ...message, sinceMs };
  if (!isAttempt(message)) return { ...message, sinceMs: queuedAtMs };
  const { dueAtMs: _, changedAtMs: __, hasTurn: ___, isWaiting: ____, ...rest } = message;
  const redriven = { ...rest, sinceMs: queuedAtMs };
  return redriven.batch === undefined ? { ...redriven, attempt: 1, givenUp: undefined } : redriven;
}

/** Returns since when a message is on its way: {@link parseAttemptMessage} always says it. */
export function sinceMsOf({ sinceMs = 0 }: WorkerMessage): number {
  return sinceMs;
}

const isFlag = (value: unknown) => typeof value === "boolean";
const OPTIONAL = {
  sinceMs: isCount,
  dueAtMs: isCount,
  changedAtMs: isCount,
  hasTurn: isFlag,
  isWaiting: isFlag,
  isMissed: isFlag,
  isAgain: isFlag,
  isForOutbox: isFlag,
  givenUp: isReason,
};

/** Returns true for a message with the time at which it was sent. */
function isSentMessage(value: unknown): value is WorkerMessage & { readonly sentAtMs: number } {
  if (!isJsonObject(value) || !isDestinationId(value["destination"]) || !isCount(value["sentAtMs"]))
    return false;
  if (Object.entries(OPTIONAL).some(([name, is]) => value[name] !== undefined && !is(value[name])))
    return false;
  const { kind, webhookId, attempt, batch, delivery } = value;
  if (kind !== undefined)
    return kind === "cut" && isLanePlace(value) && isCount(value["addedAtMs"]);
  if (!isText(webhookId) || !isCount(attempt)) return false;
  return batch === undefined ? isDelivery(delivery) : isLanePlace(batch) && isText(batch["id"]);
}

function isLanePlace(value: JsonValue): value is JsonObject {
  return isJsonObject(value) && isLane(value["lane"]) && isCount(value["createdAtMs"]);
}

function isReason(value: unknown): boolean {
  if (!isJsonObject(value)) return false;
  return ERROR_CODES.some((code) => code === value["code"]) && typeof value["message"] === "string";
}

/** Returns true for an event that waits for a destination, as it is written. */
export function isWaitingEvent(value: unknown): value is WaitingEvent {
  return isJsonObject(value) && isText(value["webhookId"]) && isDelivery(value["delivery"]);
}

function isDelivery(value: unknown): boolean {
  if (!isJsonObject(value)) return false;
  const { id, sentAtMs, topic = "", attributes, body } = value;
  const areTexts = (...all: readonly unknown[]) => all.every((one) => typeof one === "string");
  if (!isText(id) || !isCount(sentAtMs) || !isJsonObject(attributes)) return false;
  return areTexts(topic, body, ...Object.values(attributes));
}

/** Maximum length of a webhook-id, and of the id of a delivery. */
const MAX_ID = 200;

function isText(value: unknown): value is string {
  return typeof value === "string" && value.length > 0 && value.length <= MAX_ID;
}

/** Returns true for a whole number from 0. */
function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
