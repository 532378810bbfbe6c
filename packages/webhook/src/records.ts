import { isJsonObject, RainhooksError } from "@rainhooks/core";

/** A record of an invocation, and how it would look in a queue. */
export interface InvocationRecord {
  /** The id by which Lambda knows the record: the SQS message id, or the SNS message id. */
  readonly id: string;
  readonly raw: unknown;
  /** By which SQS knows this receive of the record; empty for one from SNS. */
  readonly receiptHandle: string;
  /** How often SQS has handed the record out, this time included. */
  readonly receives: number;
  /** What a queue would hold: the body, and with raw message delivery the attributes. */
  readonly queued: QueuedMessage;
}

/** A message as it goes to a queue. */
export interface QueuedMessage {
  readonly body: string;
  readonly attributes: Readonly<Record<string, QueuedAttribute>>;
}

/** A message attribute in SQS's notation. */
export interface QueuedAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: Uint8Array;
}

/** An invocation: its records, and whether each can fail alone (from a queue) or only all together (from SNS). */
export interface Invocation {
  readonly source: "sqs" | "sns";
  readonly records: readonly InvocationRecord[];
}

/**
 * Reads what Lambda invoked the function with.
 *
 * @throws {RainhooksError} `record-malformed` when it is neither an SQS nor an SNS event.
 */
export function readInvocation(event: unknown): Invocation {
  const list = isJsonObject(event) ? event["Records"] : undefined;
  const records = Array.isArray(list) ? list.filter(isJsonObject) : [];
  const [first] = records;
  if (first === undefined || !Array.isArray(list) || records.length !== list.length) {
    throw new RainhooksError("record-malformed", "Invoked with something that holds no SQS or SNS records.", {
      permanent: true,
    });
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
    receives: Number(system["ApproximateReceiveCount"]) || 1,
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

/** An attribute as SQS takes it back; Lambda hands binary ones out in base64. */
function attributeOf(value: unknown): QueuedAttribute | undefined {
  if (!isJsonObject(value)) return undefined;
  const DataType = String(value["dataType"]);
  const { stringValue, binaryValue } = value;
  if (typeof stringValue === "string") return { DataType, StringValue: stringValue };
  if (typeof binaryValue === "string") return { DataType, BinaryValue: Buffer.from(binaryValue, "base64") };
  return undefined;
}

/** A queue holds a notification as SNS would have put it there, so that a redrive finds what it knows. */
function fromTopic(raw: Record<string, unknown>): InvocationRecord {
  const notification = isJsonObject(raw["Sns"]) ? raw["Sns"] : {};
  return {
    id: String(notification["MessageId"]),
    raw,
    receiptHandle: "",
    receives: 1,
    queued: { body: JSON.stringify({ ...notification, Type: "Notification" }), attributes: {} },
  };
}
