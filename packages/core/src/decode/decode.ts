import * as v from "valibot";
import { type CatalogEntry, catalogEntry, catalogEntryOfTopic } from "../catalog.ts";
import type { Delivery } from "../deliveries/delivery.ts";
import { RainhooksError } from "../errors.ts";
import type { RainmakerEvent, UnknownEvent } from "../event.ts";
import { isJsonObject, type JsonObject, type JsonValue, tryParseJson } from "../json.ts";
import { DATA_SHAPES } from "./data-shapes.ts";
import { caseless, describeIssue, fieldNames, gather, packedJson } from "./shape.ts";
import { parseTimeMs } from "./time.ts";

/** What a delivery turned out to be. */
export type Decoded =
  | { readonly kind: "event"; readonly event: RainmakerEvent }
  | { readonly kind: "unknown"; readonly event: UnknownEvent }
  | { readonly kind: "undecodable"; readonly error: RainhooksError };

const ENVELOPE = fieldNames(["eventVersion", "id", "eventType", "timestamp", "description", "eventData"]);

/**
 * Decodes what a delivery says: the envelope in PascalCase (SNS samples) or snake_case (the push twin), the type by
 * its name of today or an earlier one, the data by the type's shape.
 *
 * Never throws. What cannot be decoded comes back with the reason: `body-not-json`, `envelope-invalid` or
 * `data-invalid`.
 */
export function decode(delivery: Delivery): Decoded {
  const body = tryParseJson(delivery.body);
  if (body === undefined) {
    return undecodable("body-not-json", delivery, `the body is not JSON: ${excerpt(delivery.body)}`);
  }
  const raw = isJsonObject(body) ? unwrapPush(body) : undefined;
  if (raw === undefined) {
    return undecodable("envelope-invalid", delivery, `the body is no JSON object: ${excerpt(delivery.body)}`);
  }
  const { known, extra } = gather(raw, ENVELOPE);
  const type = eventType(known, delivery);
  if (type === undefined) {
    return undecodable("envelope-invalid", delivery, `no EventType in ${excerpt(delivery.body)}`);
  }
  const frame = frameOf(known, extra, delivery);
  const entry = catalogEntry(type);
  if (entry === undefined) {
    return { kind: "unknown", event: { ...frame, type, data: known["eventData"] ?? {} } };
  }
  return decodeData(entry, known["eventData"], frame, delivery);
}

type Frame = Omit<UnknownEvent, "type" | "data">;

function frameOf(known: JsonObject, extra: Frame["extra"], delivery: Delivery): Frame {
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
    extra,
  };
}

function decodeData(
  entry: CatalogEntry,
  rawData: JsonValue | undefined,
  frame: Frame,
  delivery: Delivery,
): Decoded {
  const data = withAttributes(v.parse(packedJson, rawData ?? {}), delivery.attributes);
  const result = v.safeParse(DATA_SHAPES[entry.type], data, { abortEarly: true });
  if (result.success) {
    const event = { ...frame, type: entry.type, data: result.output } as RainmakerEvent;
    return { kind: "event", event };
  }
  return undecodable("data-invalid", delivery, `${entry.type}: ${describeIssue(result.issues[0])}`);
}

/** Node and user from the message's attributes where the data does not name them itself. */
function withAttributes(data: JsonValue, attributes: Delivery["attributes"]): JsonValue {
  if (!isJsonObject(data)) return data;
  const names = new Set(Object.keys(data).map(caseless));
  const nodeId = attributes["node_id"];
  const userId = attributes["user_id"];
  const lacksNode = !names.has("nodeid") && !names.has("nodes") && !names.has("nodeids");
  return {
    ...data,
    ...(nodeId !== undefined && lacksNode ? { node_id: nodeId } : {}),
    ...(userId !== undefined && !names.has("userid") ? { user_id: userId } : {}),
  };
}

function eventType(known: JsonObject, delivery: Delivery): string | undefined {
  const own = known["eventType"];
  if (typeof own === "string" && own !== "") return own;
  const attribute = delivery.attributes["event_type"];
  if (attribute !== undefined && attribute !== "") return attribute;
  return delivery.topic === undefined ? undefined : catalogEntryOfTopic(delivery.topic)?.type;
}

/** The push twin wraps the event: `{"data": {"event_data_payload": {…} or "…"}}`. */
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
): Decoded {
  const message = `Delivery ${delivery.id} cannot be decoded: ${reason}`;
  return { kind: "undecodable", error: new RainhooksError(code, message, { permanent: true }) };
}

function excerpt(text: string): string {
  return JSON.stringify(text.length > 120 ? `${text.slice(0, 120)}…` : text);
}
