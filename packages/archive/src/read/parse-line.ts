import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { isJsonObject, type JsonObject, type JsonValue, tryParseJson } from "@rainhooks/core/json";

/** Parses a line of an object. Returns `undefined` for what is no delivery. */
export function parseLine(line: string): Delivery | undefined {
  const parsed = tryParseJson(line);
  return isJsonObject(parsed) ? toDelivery(parsed) : undefined;
}

function toDelivery(fields: JsonObject): Delivery | undefined {
  const { id, sentAtMs, topic, attributes, body } = fields;
  const texts = attributes ?? {};
  const isTopic = topic === undefined || topic === null || typeof topic === "string";
  if (typeof id !== "string" || typeof sentAtMs !== "number" || typeof body !== "string")
    return undefined;
  if (!isTopic || !isTexts(texts)) return undefined;
  return { id, sentAtMs, topic: topic ?? undefined, attributes: texts, body };
}

function isTexts(value: JsonValue): value is Readonly<Record<string, string>> {
  return isJsonObject(value) && Object.values(value).every((one) => typeof one === "string");
}
