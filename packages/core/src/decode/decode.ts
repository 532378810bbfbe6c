import * as v from "valibot";
import { type CatalogEntry, catalogEntry, catalogEntryOfTopic } from "../catalog.ts";
import type { Delivery } from "../deliveries/delivery.ts";
import { RainhooksError } from "../errors.ts";
import type { RainmakerEvent, UnknownEvent } from "../event.ts";
import {
  describeValue,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  parseJson,
  tryParseJson,
} from "../json.ts";
import { DATA_SHAPES } from "./data-shapes.ts";
import { caseless, describeIssue, fieldNames, gather, packedJson, TOO_DEEP } from "./shape.ts";
import { parseTimeMs } from "./time.ts";

/** The result of decoding a delivery. */
export type Decoded =
  | { readonly kind: "event"; readonly event: RainmakerEvent }
  | { readonly kind: "unknown"; readonly event: UnknownEvent }
  | {
      readonly kind: "undecodable";
      readonly error: RainhooksError;
      /** The expected event type, if the body, attributes or topic have it. */
      readonly type: string | undefined;
    };

/** Maximum bytes of a body that is decoded: the limit of SNS and SQS. Source: Amazon SQS developer guide, "Message quotas". */
export const MAX_BODY_BYTES = 1024 * 1024;

const ENVELOPE = fieldNames(["eventVersion", "id", "eventType", "timestamp", "description", "eventData"]);

/**
 * Decodes a delivery. The envelope may have PascalCase names (SNS samples) or snake_case names (push notifications); the type
 * may be a current or a former name; the data is checked against the schema of the type.
 *
 * Never throws. A delivery that cannot be decoded is returned as `undecodable` with an error: `body-not-json`,
 * `envelope-invalid` or `data-invalid`.
 *
 * @example
 * ```ts
 * import { decode, readDelivery } from "@rainhooks/core";
 *
 * const body = JSON.stringify({
 *   event_type: "rmaker.event.alert",
 *   timestamp: 1_732_435_200_000,
 *   event_data: { node_id: "kitchen", message_body: { "esp.alert.str": "Too hot" } },
 * });
 * const decoded = decode(readDelivery({ messageId: "0b1c", body }));
 * if (decoded.kind === "event" && decoded.event.type === "rmaker.event.alert") {
 *   console.log(decoded.event.data.nodeId, decoded.event.data.message); // kitchen { 'esp.alert.str': 'Too hot' }
 * }
 * ```
 */
export function decode(delivery: Delivery): Decoded {
  if (delivery.body.length > MAX_BODY_BYTES) {
    return undecodable("data-invalid", delivery, `the body has more than ${MAX_BODY_BYTES} characters`);
  }
  const body = parseJson(delivery.body);
  if (!body.ok) {
    return body.reason === "too-deep"
      ? undecodable("data-invalid", delivery, `the body is ${TOO_DEEP}`)
      : undecodable("body-not-json", delivery, `the body is not JSON: ${describeValue(delivery.body)}`);
  }
  const raw = isJsonObject(body.value) ? unwrapPush(body.value) : undefined;
  if (raw === undefined) {
    const reason = `the body is not a JSON object: ${describeValue(delivery.body)}`;
    return undecodable("envelope-invalid", delivery, reason);
  }
  const { known, extra } = gather(raw, ENVELOPE);
  const type = typeOf(known) ?? typeBeside(delivery);
  if (type === undefined) {
    return undecodable("envelope-invalid", delivery, `no EventType in ${describeValue(delivery.body)}`);
  }
  const entry = catalogEntry(type);
  const frame = frameOf(known, extra, delivery);
  if (entry === undefined) {
    return { kind: "unknown", event: { ...frame, type, data: known["eventData"] ?? null } };
  }
  return decodeData(entry, known["eventData"], frame, delivery);
}

type Frame = Omit<UnknownEvent, "type" | "data">;

function frameOf(
  known: Readonly<Record<string, JsonValue>>,
  extra: Frame["extra"],
  delivery: Delivery,
): Frame {
  const { eventVersion, id, description } = known;
  const atMs = parseTimeMs(known["timestamp"]);
  return {
    deliveryId: delivery.id,
    sentAtMs: delivery.sentAtMs,
    atMs: atMs ?? delivery.sentAtMs,
    atSource: atMs === undefined ? "delivery" : "event",
    ...(typeof id === "string" ? { id } : {}),
    ...(typeof eventVersion === "string" ? { version: eventVersion } : {}),
    ...(typeof description === "string" ? { description } : {}),
    ...(delivery.replay === undefined ? {} : { replay: delivery.replay }),
    extra,
  };
}

function decodeData(
  entry: CatalogEntry,
  rawData: JsonValue | undefined,
  frame: Frame,
  delivery: Delivery,
): Decoded {
  const refused = (issue: v.BaseIssue<unknown>) =>
    undecodable("data-invalid", delivery, `${entry.type}: ${describeIssue(issue)}`, entry.type);
  const unpacked = v.safeParse(packedJson, rawData ?? {});
  if (!unpacked.success) return refused(unpacked.issues[0]);
  const data = withAttributes(unpacked.output, delivery.attributes);
  const result = v.safeParse(DATA_SHAPES[entry.type], data, { abortEarly: true });
  if (!result.success) return refused(result.issues[0]);
  return { kind: "event", event: { ...frame, type: entry.type, data: result.output } as RainmakerEvent };
}

/** Adds the node and user of the message attributes where the data does not have them. */
function withAttributes(data: JsonValue, attributes: Delivery["attributes"]): JsonValue {
  if (!isJsonObject(data)) return data;
  const present = Object.entries(data).filter(([, value]) => value !== null);
  const names = new Set(present.map(([key]) => caseless(key)));
  const nodeId = attributes["node_id"];
  const userId = attributes["user_id"];
  const lacksNode = !names.has("nodeid") && !names.has("nodes") && !names.has("nodeids");
  return {
    ...data,
    ...(nodeId !== undefined && lacksNode ? { node_id: nodeId } : {}),
    ...(userId !== undefined && !names.has("userid") ? { user_id: userId } : {}),
  };
}

function typeOf({ eventType }: Readonly<Record<string, JsonValue>>): string | undefined {
  return typeof eventType === "string" && eventType !== "" ? eventType : undefined;
}

/** Returns the event type from a delivery's attributes or topic. */
function typeBeside({ attributes, topic }: Delivery): string | undefined {
  const attribute = attributes["event_type"];
  if (attribute !== undefined && attribute !== "") return attribute;
  return topic === undefined ? undefined : catalogEntryOfTopic(topic)?.type;
}

/** Push notifications wrap the event: `{"data": {"event_data_payload": {…} or "…"}}`. */
function unwrapPush(body: JsonObject): JsonObject {
  const outer = isJsonObject(body["data"]) ? body["data"] : body;
  const packed = outer["event_data_payload"];
  const payload = typeof packed === "string" ? tryParseJson(packed) : packed;
  return isJsonObject(payload) ? payload : body;
}

function undecodable(
  code: "body-not-json" | "envelope-invalid" | "data-invalid",
  delivery: Delivery,
  reason: string,
  type = typeBeside(delivery),
): Decoded {
  const message = `Delivery ${delivery.id} cannot be decoded: ${reason}`;
  const error = new RainhooksError(code, message, { permanent: true });
  return { kind: "undecodable", error, type: type === undefined ? type : (catalogEntry(type)?.type ?? type) };
}
