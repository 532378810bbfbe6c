import { nodesOf } from "@rainhooks/core/event";
import type { BodySource, RequestBody } from "./source.ts";
import { timestampOf } from "./timestamp.ts";

/** The attributes of a CloudEvent, version 1.0.2, without its data. */
interface CloudEventAttributes {
  readonly specversion: "1.0";
  readonly id: string;
  readonly source: string;
  readonly type: string;
  /** Id of the node, if the event is about one node. */
  readonly subject?: string;
  readonly time: string;
}

const DATA_TYPE = "application/json";

/** Source of the events if nothing else is given: a relative URI. */
export const DEFAULT_SOURCE = "/rainhooks";

/** Returns a CloudEvent as a document: attributes and data. */
export function cloudEventDocument(source: BodySource) {
  return { ...attributesOf(source), datacontenttype: DATA_TYPE, data: source.event.data };
}

/** Makes the body of a CloudEvent in structured mode: attributes and data in one JSON document. */
export function structuredCloudEvent(source: BodySource): RequestBody {
  return {
    body: JSON.stringify(cloudEventDocument(source)),
    headers: { "content-type": "application/cloudevents+json; charset=utf-8" },
  };
}

/** Makes the body of a CloudEvent in binary mode: the data is the body, the attributes are headers. */
export function binaryCloudEvent(source: BodySource): RequestBody {
  const attributes = Object.entries(attributesOf(source)).map(([name, value]) => [
    `ce-${name}`,
    headerText(value),
  ]);
  return {
    body: JSON.stringify(source.event.data),
    headers: { "content-type": DATA_TYPE, ...Object.fromEntries(attributes) },
  };
}

function attributesOf({ event, webhookId, source = DEFAULT_SOURCE }: BodySource): CloudEventAttributes {
  const [nodeId = "", ...others] = nodesOf(event);
  return {
    specversion: "1.0",
    id: webhookId,
    source,
    type: event.type,
    ...(nodeId === "" || others.length > 0 ? {} : { subject: attributeText(nodeId) }),
    time: timestampOf(event),
  };
}

/**
 * What a string of a CloudEvent must not contain: control characters, noncharacters and half surrogate pairs.
 */
const DISALLOWED = /[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/gu;

function attributeText(text: string): string {
  return text.replace(DISALLOWED, "\ufffd");
}

/**
 * What the HTTP binding encodes in a header (section 3.1.3.2): spaces, quotes, percent signs, and all but
 * printable ASCII.
 */
const ENCODED = /[^\x21-\x7e]|["%]/gu;

function headerText(text: string): string {
  return text.replace(ENCODED, (character) =>
    [...Buffer.from(character)]
      .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`)
      .join(""),
  );
}
