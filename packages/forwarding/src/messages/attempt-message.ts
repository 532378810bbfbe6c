import {
  type Delivery,
  describeValue,
  isJsonObject,
  type JsonObject,
  MINUTE_MS,
  RainhooksError,
  tryParseJson,
} from "@rainhooks/core";
import { isDestinationId } from "../destinations/read-settings.ts";

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
  /** True if it is among those that wait for the destination: an attempt failed, or the destination is slow. */
  readonly isWaiting?: boolean;
  /** True if it is sent later than others, because the destination missed it: live events come first. */
  readonly isMissed?: boolean;
  /** True if it is sent to a paused destination to find out whether that responds again. */
  readonly isProbe?: boolean;
  /** When this message was sent, epoch milliseconds. */
  readonly sentAtMs: number;
  readonly delivery: Delivery;
}

/**
 * Writes a message as text.
 *
 * @example
 * ```ts
 * import { readDelivery } from "@rainhooks/core";
 * import { formatAttemptMessage, parseAttemptMessage } from "@rainhooks/forwarding";
 *
 * const delivery = readDelivery({ messageId: "0b1c", body: "{}" });
 * const message = { destination: "crm", webhookId: "evt_1", attempt: 1, sentAtMs: 1_700_000_000_000, delivery };
 * console.log(parseAttemptMessage(formatAttemptMessage(message), 1_700_000_000_000).webhookId); // evt_1
 * ```
 */
export function formatAttemptMessage(message: AttemptMessage): string {
  return JSON.stringify(message);
}

/** A message that its queue took this much later than it was sent was moved there from a dead-letter queue. */
const REDRIVEN_AFTER_MS = MINUTE_MS;

/**
 * Reads a message. One that was redriven begins its schedule anew, and without a wait.
 *
 * @param queuedAtMs When its queue took it, epoch milliseconds; 0 if that is not known.
 * @throws {RainhooksError} `data-invalid` if it is not such a message.
 *
 * @example
 * ```ts
 * import { parseAttemptMessage } from "@rainhooks/forwarding";
 *
 * try {
 *   parseAttemptMessage("{}", 0);
 * } catch (error) {
 *   console.log(String(error)); // RainhooksError: The message is not an event for a destination: it is an object.
 * }
 * ```
 */
export function parseAttemptMessage(text: string, queuedAtMs: number): AttemptMessage {
  const value = tryParseJson(text);
  const fields = isJsonObject(value) ? value : {};
  const { destination, webhookId, attempt, dueAtMs, sentAtMs, delivery } = fields;
  if (
    !isDestinationId(destination) ||
    !isText(webhookId, MAX_WEBHOOK_ID) ||
    !isCount(attempt) ||
    !(dueAtMs === undefined || isCount(dueAtMs)) ||
    !isCount(sentAtMs)
  )
    throw invalid(`it is ${describeValue(value)}`);
  const common = {
    ...{ destination, webhookId, sentAtMs, delivery: readKeptDelivery(delivery) },
    ...flagsOf(fields, ["isMissed"]),
  };
  if (queuedAtMs - sentAtMs > REDRIVEN_AFTER_MS) return { ...common, attempt: 1 };
  return {
    ...common,
    attempt,
    ...(dueAtMs === undefined ? {} : { dueAtMs }),
    ...flagsOf(fields, ["hasTurn", "isWaiting", "isProbe"]),
  };
}

/** Returns those of some flags that are true. */
function flagsOf<Name extends string>(
  fields: JsonObject,
  names: readonly Name[],
): Readonly<Partial<Record<Name, true>>> {
  const set = names.filter((name) => Object.hasOwn(fields, name) && fields[name] === true);
  return Object.fromEntries(set.map((name) => [name, true])) as Partial<Record<Name, true>>;
}

const MAX_WEBHOOK_ID = 200;

/** Reads a delivery that was written as JSON. */
function readKeptDelivery(value: unknown): Delivery {
  if (!isJsonObject(value)) throw invalid("it has no delivery");
  const { id, sentAtMs, topic, attributes, body } = value;
  if (
    !isText(id, MAX_WEBHOOK_ID) ||
    !isCount(sentAtMs) ||
    typeof body !== "string" ||
    !isJsonObject(attributes)
  )
    throw invalid("its delivery is not complete");
  return {
    id,
    sentAtMs,
    topic: typeof topic === "string" ? topic : undefined,
    attributes: textsOf(attributes),
    body,
  };
}

function textsOf(attributes: JsonObject): Record<string, string> {
  return Object.fromEntries(
    Object.entries(attributes).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

function isText(value: unknown, max: number): value is string {
  return typeof value === "string" && value.length > 0 && value.length <= max;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function invalid(what: string): RainhooksError {
  return new RainhooksError("data-invalid", `The message is not an event for a destination: ${what}.`, {
    permanent: true,
  });
}
