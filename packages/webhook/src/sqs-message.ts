import type { QueuedAttribute, QueuedMessage } from "./records.ts";

/** Limits of calls with several messages, and of a message's attributes. Source: Amazon SQS developer guide, "Quotas". */
export const MESSAGES_PER_CALL = 10;
/** SQS takes 1 MiB a call since August 2025; this was the limit before, and all but the largest messages fit. */
export const BYTES_PER_CALL = 256 * 1024;
export const ATTRIBUTES_PER_MESSAGE = 10;

/** Bytes of a message as SQS counts them: its body, and names, types and values of its attributes. */
export function messageBytes({ body, attributes }: QueuedMessage): number {
  return Object.entries(attributes).reduce(
    (sum, [name, attribute]) => sum + Buffer.byteLength(name) + attributeBytes(attribute),
    Buffer.byteLength(body),
  );
}

function attributeBytes({ DataType, StringValue = "", BinaryValue }: QueuedAttribute): number {
  return Buffer.byteLength(DataType) + Buffer.byteLength(StringValue) + (BinaryValue?.byteLength ?? 0);
}

/** What SQS does not take. Source: Amazon SQS API reference, "SendMessage". */
const REFUSED = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

/**
 * A text without what SQS refuses: control characters and half surrogate pairs are written as JSON escapes, so that a
 * body that is JSON still says the same.
 */
export function escapeForSqs(text: string): string {
  return text.replace(REFUSED, (refused) => `\\u${refused.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** A text as the value of an attribute. */
export function textAttribute(StringValue: string): QueuedAttribute {
  return { DataType: "String", StringValue };
}
