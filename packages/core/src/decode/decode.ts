import {
  type CatalogEntry,
  catalogEntry,
  catalogEntryOfTopic,
  type EventType,
} from "../catalog.ts";
import type { Delivery } from "../deliveries/delivery.ts";
import { RainhooksError } from "../errors.ts";
import type { EventData, RainmakerEvent, UnknownEvent } from "../event.ts";
import { isJsonObject, type JsonObject, type JsonValue, parseJson, tryParseJson } from "../json.ts";
import { DATA_SHAPES } from "./data-shapes.ts";
import { fieldNames, gather, nameOf, type ObjectFields } from "./field-names.ts";
import { packedJson, Refusal, TOO_DEEP } from "./shape.ts";
import { parseTimeMs } from "./time.ts";

/** The result of decoding a delivery. */
export type DecodeResult =
  | { readonly kind: "event"; readonly event: RainmakerEvent }
  | { readonly kind: "unknown"; readonly event: UnknownEvent }
  | {
      readonly kind: "undecodable";
      readonly error: RainhooksError;
      /** The expected event type, if the body, attributes or topic have it. */
      readonly type: string | undefined;
    };

/**
 * Maximum bytes of a body that is decoded: the limit of SNS and SQS. Source: Amazon SQS developer
 * guide, "Message quotas".
 */
export const MAX_BODY_BYTES = 1024 * 1024;

const ENVELOPE = fieldNames([
  "eventVersion",
  "id",
  "eventType",
  "timestamp",
  "description",
  "eventData",
]);

/**
 * Decodes a delivery. The envelope may have PascalCase names (SNS samples) or snake_case names
 * (push notifications); the type may be a current or a former name; the data is checked against the
 * schema of the type.
 *
 * Never throws. A delivery that cannot be decoded is returned as `undecodable` with an error:
 * `body-not-json`, `envelope-invalid` or `data-invalid`.
 */
export function decode(delivery: Delivery): DecodeResult {
  if (delivery.body.length > MAX_BODY_BYTES) {
    return undecodable(
      "data-invalid",
      delivery,
      `the body has more than ${MAX_BODY_BYTES} characters`,
    );
  }
  const body = parseJson(delivery.body);
  if (!body.ok) {
    return body.reason === "too-deep"
      ? undecodable("data-invalid", delivery, `the body is ${TOO_DEEP}`)
      : undecodable("body-not-json", delivery, "the body is not JSON");
  }
  const raw = isJsonObject(body.value) ? unwrapPush(body.value) : undefined;
  if (raw === undefined) {
    return undecodable("envelope-invalid", delivery, "the body is not a JSON object");
  }
  const envelope = gather(raw, ENVELOPE);
  const [, , eventType, , , data] = envelope.values;
  const type = typeof eventType === "string" && eventType !== "" ? eventType : typeBeside(delivery);
  if (type === undefined) {
    return undecodable("envelope-invalid", delivery, "no EventType in the body");
  }
  const entry = catalogEntry(type);
  if (entry === undefined)
    return { kind: "unknown", event: eventOf(type, data ?? null, envelope, delivery) };
  const read = readData(entry, data, delivery.attributes);
  if (read instanceof Refusal)
    return undecodable("data-invalid", delivery, `${entry.type}: ${read.reason}`, entry.type);
  return { kind: "event", event: eventOf(entry.type, read, envelope, delivery) as RainmakerEvent };
}

/** Reads the data of an event, which may be encoded as a string. */
function readData(
  { type }: CatalogEntry,
  raw: JsonValue = {},
  attributes: Delivery["attributes"],
): EventData<EventType> | Refusal {
  const data = packedJson(raw);
  return data instanceof Refusal ? data : DATA_SHAPES[type](withAttributes(data, attributes));
}

const IDS = fieldNames(["nodeId", "userId"], { nodeId: ["nodes", "nodeIds"] });

/**
 * Adds the node and user of the message attributes to the data if it does not have them. Nobody
 * else has the data yet.
 */
function withAttributes(data: JsonValue, attributes: Delivery["attributes"]): JsonValue {
  const { node_id: nodeId, user_id: userId } = attributes;
  if ((nodeId === undefined && userId === undefined) || !isJsonObject(data) || hasUsualIds(data))
    return data;
  let hasNode = false;
  let hasUser = false;
  for (const key in data) {
    if (data[key] === null) continue;
    const name = nameOf(key, IDS);
    if (name === "nodeId") hasNode = true;
    if (name === "userId") hasUser = true;
  }
  if (nodeId !== undefined && !hasNode) data["node_id"] = nodeId;
  if (userId !== undefined && !hasUser) data["user_id"] = userId;
  return data;
}

/** Whether there are a node and a user in one of the two usual spellings: most data has both. */
function hasUsualIds(data: JsonObject): boolean {
  const nodeId = data["NodeId"] ?? data["node_id"];
  const userId = data["UserId"] ?? data["user_id"];
  return typeof nodeId === "string" && typeof userId === "string";
}

type Frame = Omit<UnknownEvent, "type" | "data" | "extra">;

/** Puts an event together from its type, its data and what its envelope and its delivery say. */
function eventOf<Data>(
  type: string,
  data: Data,
  { values, extra }: ObjectFields,
  delivery: Delivery,
) {
  const [version, id, , timestamp, description] = values;
  const atMs = parseTimeMs(timestamp);
  const frame: { -readonly [Field in keyof Frame]: Frame[Field] } = {
    deliveryId: delivery.id,
    sentAtMs: delivery.sentAtMs,
    atMs: atMs ?? delivery.sentAtMs,
    atSource: atMs === undefined ? "delivery" : "event",
  };
  if (typeof id === "string") frame.id = id;
  if (typeof version === "string") frame.version = version;
  if (typeof description === "string") frame.description = description;
  if (delivery.replay !== undefined) frame.replay = delivery.replay;
  return { ...frame, extra, type, data };
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
): DecodeResult {
  // Without its id and its content, so that all of one cause have one text; who reads it has the
  // delivery.
  const message = `The delivery cannot be decoded: ${reason}`;
  const error = new RainhooksError(code, message, { permanent: true });
  return {
    kind: "undecodable",
    error,
    type: type === undefined ? type : (catalogEntry(type)?.type ?? type),
  };
}
