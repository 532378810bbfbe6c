import { RainhooksError } from "@rainhooks/core/errors";
import { isJsonObject } from "@rainhooks/core/json";
import type { QueuedAttribute, QueuedMessage } from "@rainhooks/sinks/sqs/message";

/** A record of an invocation, and its message in a queue. */
export interface InvocationRecord {
  /** The SQS message id. */
  readonly id: string;
  readonly raw: unknown;
  readonly receiptHandle: string;
  /** Name of the queue from which it comes. */
  readonly queueName: string;
  /** How often SQS has delivered the record, including this time. */
  readonly receives: number;
  /** When its queue took the record, epoch milliseconds; 0 if that is not known. */
  readonly queuedAtMs: number;
  /** When a function received it for the first time, epoch milliseconds; 0 if that is not known. */
  readonly firstReceivedMs: number;
  /**
   * The message as it is in a queue: the body, and with raw message delivery also the attributes.
   */
  readonly queued: QueuedMessage;
}

/**
 * Reads the event with which Lambda invoked the function.
 *
 * @throws {RainhooksError} `record-malformed` when it is no event of SQS.
 */
export function readInvocation(event: unknown): InvocationRecord[] {
  const list = isJsonObject(event) ? event["Records"] : undefined;
  const records = Array.isArray(list) ? list.filter(isJsonObject) : [];
  if (records.length > 0 && Array.isArray(list) && records.length === list.length)
    return records.map(fromQueue);
  const message = "The function was invoked with an event that has no SQS records.";
  throw new RainhooksError("record-malformed", message, { permanent: true });
}

function fromQueue(raw: Record<string, unknown>): InvocationRecord {
  const attributes = isJsonObject(raw["messageAttributes"]) ? raw["messageAttributes"] : {};
  const system = isJsonObject(raw["attributes"]) ? raw["attributes"] : {};
  return {
    id: String(raw["messageId"]),
    raw,
    receiptHandle: String(raw["receiptHandle"]),
    queueName: nameIn(raw["eventSourceARN"], ":"),
    receives: Number(system["ApproximateReceiveCount"]) || 1,
    queuedAtMs: Number(system["SentTimestamp"]) || 0,
    firstReceivedMs: Number(system["ApproximateFirstReceiveTimestamp"]) || 0,
    queued: {
      body: String(raw["body"]),
      attributes: Object.fromEntries(
        Object.entries(attributes).flatMap(([name, value]) => {
          const attribute = attributeOf(value);
          return attribute === undefined ? [] : [[name, attribute]];
        }),
      ),
    },
  };
}

/** Converts an attribute to the format that SQS accepts; Lambda passes binary ones in base64. */
function attributeOf(value: unknown): QueuedAttribute | undefined {
  if (!isJsonObject(value)) return undefined;
  const DataType = String(value["dataType"]);
  const { stringValue, binaryValue } = value;
  if (typeof stringValue === "string") return { DataType, StringValue: stringValue };
  if (typeof binaryValue === "string")
    return { DataType, BinaryValue: Buffer.from(binaryValue, "base64") };
  return undefined;
}

/** Returns the name of a queue from its URL. */
export function queueName(url: string): string {
  return nameIn(url, "/");
}

function nameIn(text: unknown, separator: string): string {
  return typeof text === "string" ? text.slice(text.lastIndexOf(separator) + 1) : "";
}
