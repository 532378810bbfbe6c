import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { MINUTE_MS } from "@rainhooks/core/durations";
import { ERROR_CODES, type ErrorCode, RainhooksError } from "@rainhooks/core/errors";
import type { RainmakerEvent } from "@rainhooks/core/event";
import { describeValue, isJsonObject, type JsonObject, tryParseJson } from "@rainhooks/core/json";
import { isDestinationId } from "../destinations/ids.ts";
import { isLane } from "../outbox/lane.ts";

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

/** What is on its way to one destination. */
interface AttemptFields {
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
  /**
   * When its destination was changed last as its sender knows it, epoch milliseconds: a worker that knows
   * another time reads the destination again.
   */
  readonly changedAtMs?: number;
  /** When this message was sent, epoch milliseconds. */
  readonly sentAtMs: number;
}

/** An event on its way to one destination. */
export interface EventMessage extends AttemptFields {
  readonly delivery: Delivery;
  readonly batch?: undefined;
  /** True if the destination missed the event before: live events are sent first. */
  readonly isMissed?: boolean;
  /** True if it may have been sent before: then the log of attempts is read first. */
  readonly isAgain?: boolean;
  /** True if it is to be put into the outbox. It is only sent if that failed. */
  readonly isForOutbox?: boolean;
  /** Why its batch was given up: it goes to the dead-letter queue. Redriven, it has none. */
  readonly givenUp?: { readonly code: ErrorCode; readonly message: string };
}

/** A batch on its way to one destination: its events are in the outbox. */
export interface BatchMessage extends AttemptFields {
  readonly batch: BatchRef;
}

/** A message about an attempt. */
export type AttemptMessage = EventMessage | BatchMessage;

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

/** A message of the queues of attempts and of retries, as JSON. */
export type WorkerMessage = AttemptMessage | CutMessage;

/** Returns whether a message is about an attempt, not about a lane of the outbox. */
export function isAttempt(message: WorkerMessage): message is AttemptMessage {
  return !("kind" in message);
}

/**
 * A message that its queue took this much later than it was sent was moved there from a dead-letter queue.
 */
const REDRIVEN_AFTER_MS = MINUTE_MS;

/**
 * Parses a message. If it was redriven, an event has attempt 1 again, without a wait.
 *
 * @param queuedAtMs When its queue took it, epoch milliseconds; 0 if that is not known.
 * @throws {RainhooksError} `data-invalid` if it is not such a message.
 */
export function parseAttemptMessage(text: string, queuedAtMs: number): WorkerMessage {
  const value = tryParseJson(text);
  const fields = isJsonObject(value) ? value : {};
  const { destination, webhookId, attempt, dueAtMs, changedAtMs, sentAtMs, batch } = fields;
  if (!isDestinationId(destination) || !isOptionalCount(dueAtMs) || !isCount(sentAtMs))
    throw invalidMessage(`it is ${describeValue(value)}`);
  const due = dueAtMs === undefined ? {} : { dueAtMs };
  if (fields["kind"] === "cut") return { kind: "cut", ...laneOf(fields), destination, sentAtMs, ...due };
  if (!isText(webhookId, MAX_WEBHOOK_ID) || !isCount(attempt) || !isOptionalCount(changedAtMs))
    throw invalidMessage(`it is ${describeValue(value)}`);
  const isRedriven = queuedAtMs - sentAtMs > REDRIVEN_AFTER_MS;
  const common = {
    ...{ destination, webhookId, attempt, sentAtMs },
    ...(isRedriven
      ? {}
      : {
          ...due,
          ...(changedAtMs === undefined ? {} : { changedAtMs }),
          ...flagsOf(fields, ["hasTurn", "isWaiting"]),
        }),
  };
  if (batch !== undefined) return { ...common, batch: batchRef(batch) };
  return {
    ...common,
    ...(isRedriven ? { attempt: 1 } : reasonOf(fields)),
    ...flagsOf(fields, ["isMissed", "isAgain", "isForOutbox"]),
    delivery: readDelivery(fields["delivery"]),
  };
}

function laneOf({ lane, addedAtMs, createdAtMs }: JsonObject) {
  if (!isLane(lane) || !isCount(addedAtMs) || !isCount(createdAtMs))
    throw invalidMessage("its lane is not complete");
  return { createdAtMs, lane, addedAtMs };
}

function batchRef(batch: unknown): BatchRef {
  const { lane, id, createdAtMs } = isJsonObject(batch) ? batch : {};
  if (!isLane(lane) || !isText(id, MAX_WEBHOOK_ID) || !isCount(createdAtMs))
    throw invalidMessage("its batch is not complete");
  return { lane, id, createdAtMs };
}

function reasonOf({ givenUp }: JsonObject): Pick<EventMessage, "givenUp"> {
  if (!isJsonObject(givenUp)) return {};
  const code = ERROR_CODES.find((one) => one === givenUp["code"]) ?? "sink-rejected";
  return { givenUp: { code, message: String(givenUp["message"]) } };
}

/**
 * Reads a delivery that was written as JSON.
 *
 * @throws {RainhooksError} permanent `data-invalid` if it is none.
 */
export function readDelivery(value: unknown): Delivery {
  const { id, sentAtMs, topic, attributes, body } = isJsonObject(value) ? value : {};
  if (
    !isText(id, MAX_WEBHOOK_ID) ||
    !isCount(sentAtMs) ||
    typeof body !== "string" ||
    !isJsonObject(attributes)
  )
    throw invalidMessage("its delivery is not complete");
  const texts = Object.entries(attributes).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  return {
    ...{ id, sentAtMs, body, attributes: Object.fromEntries(texts) },
    topic: typeof topic === "string" ? topic : undefined,
  };
}

/** Maximum length of a webhook-id, and of the id of a delivery. */
const MAX_WEBHOOK_ID = 200;

/** Returns true for a text of up to so many characters. */
function isText(value: unknown, max: number): value is string {
  return typeof value === "string" && value.length > 0 && value.length <= max;
}

/** Returns true for a whole number from 0. */
function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isOptionalCount(value: unknown): value is number | undefined {
  return value === undefined || isCount(value);
}

function invalidMessage(what: string): RainhooksError {
  return new RainhooksError("data-invalid", `The message is not an event for a destination: ${what}.`, {
    permanent: true,
  });
}

/** Returns those of some flags that are true. */
function flagsOf<Name extends string>(
  fields: JsonObject,
  names: readonly Name[],
): Readonly<Partial<Record<Name, true>>> {
  const set = names.filter((name) => Object.hasOwn(fields, name) && fields[name] === true);
  return Object.fromEntries(set.map((name) => [name, true])) as Partial<Record<Name, true>>;
}
