import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { MINUTE_MS } from "@rainhooks/core/durations";
import type { RainmakerEvent } from "@rainhooks/core/event";
import { describeValue, isJsonObject, type JsonObject, tryParseJson } from "@rainhooks/core/json";
import { isDestinationId } from "../destinations/ids.ts";
import { isLane } from "../outbox/lane.ts";
import { invalidMessage, isCount, isText, MAX_WEBHOOK_ID, readKeptDelivery } from "./kept-delivery.ts";

/** Where the events of a batch are. */
export interface BatchRef {
  readonly lane: string;
  /** Id of the batch within the lane. */
  readonly id: string;
  /**
   * When its destination was added, epoch milliseconds. A later destination with the same id has other lanes.
   */
  readonly createdAtMs: number;
}

/** An event of a request. */
export interface RequestEvent {
  readonly event: RainmakerEvent;
  readonly delivery: Delivery;
  readonly webhookId: string;
}

/** An event on its way to one destination: the message of the queues of attempts and of retries. */
export interface AttemptMessage {
  /** Id of the destination. */
  readonly destination: string;
  /** The same for every attempt. */
  readonly webhookId: string;
  /** Number of the attempt that is to be made; the first is 1. */
  readonly attempt: number;
  /** When the attempt is to be made, epoch milliseconds; at once if absent. */
  readonly dueAtMs?: number;
  /** True if it has its turn within the destination's rate, at `dueAtMs`. */
  readonly hasTurn?: boolean;
  /**
   * True if it is among those that wait for the destination: an attempt failed, or the destination is slow.
   */
  readonly isWaiting?: boolean;
  /** True if the destination missed the event before: live events are sent first. */
  readonly isMissed?: boolean;
  /** True if it may have been sent before: then the log of attempts is read first. */
  readonly isAgain?: boolean;
  /** True if it is to be put into the outbox. It is only sent if that failed. */
  readonly isForOutbox?: boolean;
  /** True for a batch whose message was in the dead-letter queue. */
  readonly isRedriven?: boolean;
  /**
   * True for each attempt of a batch that has been redriven: its batch is among those of the dead-letter
   * queue.
   */
  readonly isFromDead?: boolean;
  /**
   * When its destination was changed last as its sender knows it, epoch milliseconds: a worker that knows
   * another time reads the destination again.
   */
  readonly changedAtMs?: number;
  /** When this message was sent, epoch milliseconds. */
  readonly sentAtMs: number;
  /** The event; of a batch, the first one. */
  readonly delivery: Delivery;
  /** Where the events of a batch are stored; the message has none of them. */
  readonly batch?: BatchRef;
  /** The events of a batch, as soon as they are read. */
  readonly events?: readonly RequestEvent[];
}

/** Says that events wait in a lane, which are to be divided into batches. */
export interface CutMessage {
  readonly kind: "cut";
  /** Id of the destination. */
  readonly destination: string;
  /** When the destination was added, epoch milliseconds. */
  readonly createdAtMs: number;
  readonly lane: string;
  /** When the events were added for which the message was sent, epoch milliseconds. */
  readonly addedAtMs: number;
  /** When to look, epoch milliseconds; at once if absent. */
  readonly dueAtMs?: number;
  /** When this message was sent, epoch milliseconds. */
  readonly sentAtMs: number;
}

/** A message of the queues of attempts and of retries. */
export type WorkerMessage = AttemptMessage | CutMessage;

/** Returns whether a message is about a lane, not about an attempt. */
export function isCut(message: WorkerMessage): message is CutMessage {
  return "kind" in message;
}

/** Returns whether a message is about an attempt, not about a lane of the outbox. */
export function isAttempt(message: WorkerMessage): message is AttemptMessage {
  return !isCut(message);
}

/** What stands for the event of a batch that has not been read. */
export function unreadDelivery({ id }: Pick<BatchRef, "id">): Delivery {
  return { id, sentAtMs: 0, topic: undefined, attributes: {}, body: "" };
}

export function formatAttemptMessage(message: WorkerMessage): string {
  if (isCut(message)) return JSON.stringify(message);
  const { events: _, delivery, ...rest } = message;
  return JSON.stringify(message.batch === undefined ? { ...rest, delivery } : rest);
}

/**
 * A message that its queue took this much later than it was sent was moved there from a dead-letter queue.
 */
const REDRIVEN_AFTER_MS = MINUTE_MS;

/**
 * Parses a message. If it was redriven, it has attempt 1 again, without a wait.
 *
 * @param queuedAtMs When its queue took it, epoch milliseconds; 0 if that is not known.
 * @throws {RainhooksError} `data-invalid` if it is not such a message.
 */
export function parseAttemptMessage(text: string, queuedAtMs: number): WorkerMessage {
  const value = tryParseJson(text);
  const fields = isJsonObject(value) ? value : {};
  const { destination, webhookId, attempt, dueAtMs, changedAtMs, sentAtMs } = fields;
  if (!isDestinationId(destination) || !isOptionalCount(dueAtMs) || !isCount(sentAtMs))
    throw invalidMessage(`it is ${describeValue(value)}`);
  const due = dueAtMs === undefined ? {} : { dueAtMs };
  if (fields["kind"] === "cut") return { ...cutOf(fields), destination, sentAtMs, ...due };
  if (!isText(webhookId, MAX_WEBHOOK_ID) || !isCount(attempt) || !isOptionalCount(changedAtMs))
    throw invalidMessage(`it is ${describeValue(value)}`);
  const common = {
    ...{ destination, webhookId, sentAtMs },
    ...contentOf(fields),
    ...flagsOf(fields, ["isMissed", "isAgain", "isForOutbox"]),
  };
  if (queuedAtMs - sentAtMs > REDRIVEN_AFTER_MS)
    return { ...common, attempt: 1, ...(fields["batch"] === undefined ? {} : { isRedriven: true }) };
  return {
    ...common,
    attempt,
    ...due,
    ...(changedAtMs === undefined ? {} : { changedAtMs }),
    ...flagsOf(fields, ["hasTurn", "isWaiting", "isFromDead"]),
  };
}

function cutOf({
  lane,
  addedAtMs,
  createdAtMs,
}: JsonObject): Pick<CutMessage, "kind" | "lane" | "addedAtMs" | "createdAtMs"> {
  if (!isLane(lane) || !isCount(addedAtMs) || !isCount(createdAtMs))
    throw invalidMessage("its lane is not complete");
  return { kind: "cut", createdAtMs, lane, addedAtMs };
}

/** Returns the event of a message, or where those of its batch are. */
function contentOf({ delivery, batch }: JsonObject): Pick<AttemptMessage, "delivery" | "batch"> {
  if (batch === undefined) return { delivery: readKeptDelivery(delivery) };
  const { lane, id, createdAtMs } = isJsonObject(batch) ? batch : {};
  if (!isLane(lane) || !isText(id, MAX_WEBHOOK_ID) || !isCount(createdAtMs))
    throw invalidMessage("its batch is not complete");
  const ref = { lane, id, createdAtMs };
  return { batch: ref, delivery: unreadDelivery(ref) };
}

function isOptionalCount(value: unknown): value is number | undefined {
  return value === undefined || isCount(value);
}

/** Returns those of some flags that are true. */
function flagsOf<Name extends string>(
  fields: JsonObject,
  names: readonly Name[],
): Readonly<Partial<Record<Name, true>>> {
  const set = names.filter((name) => Object.hasOwn(fields, name) && fields[name] === true);
  return Object.fromEntries(set.map((name) => [name, true])) as Partial<Record<Name, true>>;
}
