/** A message for a queue. */
export interface QueuedMessage {
  readonly body: string;
  readonly attributes: Readonly<Record<string, QueuedAttribute>>;
}

/** A message attribute in SQS's format. */
export interface QueuedAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: Uint8Array;
}

/**
 * Limits of batch calls and of message attributes. Source: Amazon SQS developer guide, "Quotas".
 */
export const MESSAGES_PER_CALL = 10;
/**
 * Maximum size of a message, and of all messages of a call, since August 2025. The queues of a
 * stage are made with it.
 */
export const MAX_MESSAGE_BYTES = 1024 * 1024;
/**
 * Messages are collected to calls of up to the former limit; a larger message gets a call of its
 * own.
 */
export const BYTES_PER_CALL = 256 * 1024;
export const ATTRIBUTES_PER_MESSAGE = 10;

/**
 * Returns the size of a message in bytes as SQS counts it: the body, and the names, types and
 * values of attributes.
 */
export function messageBytes({ body, attributes }: QueuedMessage): number {
  return Object.entries(attributes).reduce(
    (sum, [name, attribute]) => sum + Buffer.byteLength(name) + attributeBytes(attribute),
    Buffer.byteLength(body),
  );
}

function attributeBytes({ DataType, StringValue = "", BinaryValue }: QueuedAttribute): number {
  return (
    Buffer.byteLength(DataType) + Buffer.byteLength(StringValue) + (BinaryValue?.byteLength ?? 0)
  );
}

/** Characters that SQS rejects. Source: Amazon SQS API reference, "SendMessage". */
const REFUSED = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

/**
 * Replaces characters that SQS rejects: control characters and unpaired surrogates are written as
 * JSON escapes, so that a JSON body keeps its meaning.
 */
export function escapeForSqs(text: string): string {
  return text.replace(
    REFUSED,
    (refused) => `\\u${refused.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

export function textAttribute(StringValue: string): QueuedAttribute {
  return { DataType: "String", StringValue };
}
