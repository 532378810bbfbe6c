import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { RainhooksError } from "@rainhooks/core/errors";
import { isJsonObject, type JsonObject } from "@rainhooks/core/json";

/** Maximum length of a webhook-id, and of the id of a delivery. */
export const MAX_WEBHOOK_ID = 200;

/**
 * Reads a delivery that was written as JSON.
 *
 * @throws {RainhooksError} permanent `data-invalid` if it is none.
 */
export function readKeptDelivery(value: unknown): Delivery {
  if (!isJsonObject(value)) throw invalidMessage("it has no delivery");
  const { id, sentAtMs, topic, attributes, body } = value;
  if (
    !isText(id, MAX_WEBHOOK_ID) ||
    !isCount(sentAtMs) ||
    typeof body !== "string" ||
    !isJsonObject(attributes)
  )
    throw invalidMessage("its delivery is not complete");
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

/** Returns true for a text of up to so many characters. */
export function isText(value: unknown, max: number): value is string {
  return typeof value === "string" && value.length > 0 && value.length <= max;
}

/** Returns true for a whole number from 0. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

/** Makes the error of a message that cannot be read. */
export function invalidMessage(what: string): RainhooksError {
  return new RainhooksError("data-invalid", `The message is not an event for a destination: ${what}.`, {
    permanent: true,
  });
}
