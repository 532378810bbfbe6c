import { RainhooksError } from "@rainhooks/core/errors";
import { isJsonObject } from "@rainhooks/core/json";
import type { QueuedAttribute, QueuedMessage } from "@rainhooks/sinks/sqs/message";

/** A record of an invocation, and its message in a queue. */
export interface InvocationRecord {
  /** Lambda's id of the record: the SQS message id, or the SNS message id. */
  readonly id: string;
  readonly raw: unknown;
  /** Receipt handle of SQS; empty for a record from SNS. */
  readonly receiptHandle: string;
  /** Name of the queue from which it comes; empty for a record from SNS. */
  readonly queueName: string;
  /** How often SQS has delivered the record, including this time. */
  readonly receives: number;
  /** When its queue took the record, epoch milliseconds; 0 if that is not known. */
  readonly queuedAtMs: number;
  /** The message as it is in a queue: the body, and with raw message delivery also the attributes. */
  readonly queued: QueuedMessage;
}

/**
 * An invocation: its records, and whether each can fail alone (from a queue) or only all together (from SNS).
 */
export interface Invocation {
  readonly source: "sqs" | "sns";
  readonly records: readonly InvocationRecord[];
}

/**
 * Reads the event with which Lambda invoked the function.
 *
 * @throws {RainhooksError} `record-malformed` when it is neither an SQS nor an SNS event.
 */
export function readInvocation(event: unknown): Invocation {
  const list = isJsonObject(event) ? event["Records"] : undefined;
  const records = Array.isArray(list) ? list.filter(isJsonObject) : [];
  const [first] = records;
  if (first === undefined || !Array.isArray(list) || records.length !== list.length) {
    throw new RainhooksError(
      "record-malformed",
      "The function was invoked with an event that has no SQS or SNS records.",
      {
        permanent: true,
      },
    );
  }
  return first["Sns"] === undefined
    ? { source: "sqs", records: records.map(fromQueue) }
    : { source: "sns", records: records.map(fromTopic) };
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
  if (typeof binaryValue === "string") return { DataType, BinaryValue: Buffer.from(binaryValue, "base64") };
  return undefined;
}

/** Returns the name of a queue from its URL. */
export function queueName(url: string): string {
  return nameIn(url, "/");
}

function nameIn(text: unknown, separator: string): string {
  return typeof text === "string" ? text.slice(text.lastIndexOf(separator) + 1) : "";
}

/** Builds the message that SNS would have put into a queue, so that a redrive can send it again. */
function fromTopic(raw: Record<string, unknown>): InvocationRecord {
  const notification = isJsonObject(raw["Sns"]) ? raw["Sns"] : {};
  return {
    id: String(notification["MessageId"]),
    raw,
    receiptHandle: "",
    queueName: "",
    receives: 1,
    queuedAtMs: 0,
    queued: { body: JSON.stringify({ ...notification, Type: "Notification" }), attributes: {} },
  };
}
