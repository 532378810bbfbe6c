import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { isNotification, readNotification } from "@rainhooks/core/deliveries/read";
import { isJsonObject, type JsonObject, type JsonValue, tryParseJson } from "@rainhooks/core/json";

/**
 * Parses a line of an object: a delivery as the archive's function writes it, or a notification as SNS writes
 * it to Firehose. Returns `undefined` for anything else.
 */
export function parseLine(line: string): Delivery | undefined {
  const parsed = tryParseJson(line);
  if (!isJsonObject(parsed)) return undefined;
  return isNotification(parsed) ? notified(parsed) : toDelivery(parsed);
}

function notified(notification: JsonObject): Delivery | undefined {
  try {
    return readNotification(notification);
  } catch {
    // It has no id or no time.
    return undefined;
  }
}

/**
 * Converts the fields of a delivery as they are in a line or a row; returns `undefined` for anything else.
 */
export function toDelivery(fields: JsonObject): Delivery | undefined {
  const { id, sentAtMs, topic, attributes, body } = fields;
  const texts = attributes ?? {};
  const isTopic = topic === undefined || topic === null || typeof topic === "string";
  if (typeof id !== "string" || typeof sentAtMs !== "number" || typeof body !== "string") return undefined;
  if (!isTopic || !isTexts(texts)) return undefined;
  return { id, sentAtMs, topic: topic ?? undefined, attributes: texts, body };
}

function isTexts(value: JsonValue): value is Readonly<Record<string, string>> {
  return isJsonObject(value) && Object.values(value).every((one) => typeof one === "string");
}
