import { isPlausibleTime } from "@rainhooks/core/decode/time";
import { nodesOf, type RainmakerEvent } from "@rainhooks/core/event";
import type { RequestEvent } from "../messages/attempt-message.ts";

/** What a body is made of. */
export interface BodySource extends RequestEvent {
  /** `source` of CloudEvents: a URI or a relative one. @defaultValue "/rainhooks" */
  readonly source?: string | undefined;
}

/** A body, and the headers that belong to its format. */
export interface RequestBody {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Returns when an event happened (ISO 8601); for an event with an implausible time, when it was
 * published.
 */
export function timestampOf({ atMs, sentAtMs }: RainmakerEvent): string {
  return new Date(isPlausibleTime(atMs, sentAtMs) ? atMs : sentAtMs).toISOString();
}

const DATA_TYPE = "application/json";

/** Source of the events if nothing else is given: a relative URI. */
export const DEFAULT_SOURCE = "/rainhooks";

/** Returns a CloudEvent as a document: attributes and data. */
export function cloudEventDocument(source: BodySource) {
  return { ...attributesOf(source), datacontenttype: DATA_TYPE, data: source.event.data };
}

/**
 * Makes the body of a CloudEvent in binary mode: the data is the body, the attributes are headers.
 */
export function binaryCloudEvent(source: BodySource): RequestBody {
  const encoded = (text: string) => text.toWellFormed().replace(ENCODED, encodeURIComponent);
  const attributes = Object.entries(attributesOf(source)).map(([name, text]) => [
    `ce-${name}`,
    encoded(text),
  ]);
  const headers = { "content-type": DATA_TYPE, ...Object.fromEntries(attributes) };
  return { body: JSON.stringify(source.event.data), headers };
}

/** Returns the attributes of a CloudEvent, version 1.0.2, without its data. */
function attributesOf({ event, webhookId, source = DEFAULT_SOURCE }: BodySource) {
  const [nodeId = "", ...others] = nodesOf(event);
  return {
    specversion: "1.0",
    id: webhookId,
    source,
    type: event.type,
    // The node, if the event is about one.
    ...(nodeId === "" || others.length > 0
      ? {}
      : { subject: nodeId.replace(DISALLOWED, "\ufffd") }),
    time: timestampOf(event),
  };
}

/**
 * What a string of a CloudEvent must not contain: control characters, noncharacters and half
 * surrogate pairs.
 */
const DISALLOWED = /[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/gu;

/**
 * What the HTTP binding encodes in a header (section 3.1.3.2): spaces, quotes, percent signs, and
 * all but printable ASCII.
 */
const ENCODED = /[^\x21-\x7e]|["%]/gu;
