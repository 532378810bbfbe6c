import { nodesOf } from "@rainhooks/core/event";
import { eventBody, eventDocument } from "@rainhooks/sinks/http/event-body";
import type { BodyFormat } from "../destinations/destination.ts";
import {
  type BodySource,
  binaryCloudEvent,
  cloudEventDocument,
  type RequestBody,
  timestampOf,
} from "./cloud-event.ts";
import { parseTemplate, showsAllEvents, type Template } from "./template/parse.ts";
import { renderTemplate } from "./template/render.ts";

/** The settings of a destination that its bodies depend on. */
export interface BodySettings {
  readonly format: BodyFormat;
  /** The template of format `template`. */
  readonly template?: string | undefined;
}

/**
 * Makes the body of a request. It is the same for each attempt.
 *
 * @throws {RainhooksError} `input-invalid` for a template that is wrong; permanent `sink-rejected`
 * if it makes a body that is too large.
 */
export function requestBody(source: BodySource, settings: BodySettings): RequestBody {
  switch (settings.format) {
    case "event":
      return { body: eventBody(source.event), headers: {} };
    case "raw":
      return { body: source.delivery.body, headers: {} };
    case "cloudevents":
      return {
        body: JSON.stringify(cloudEventDocument(source)),
        headers: { "content-type": "application/cloudevents+json; charset=utf-8" },
      };
    case "cloudevents-binary":
      return binaryCloudEvent(source);
    case "template":
      return { body: renderTemplate(templateOf(settings), templateValues(source)), headers: {} };
  }
}

const templates = new WeakMap<BodySettings, Template>();

/** Returns the template of a destination, which is parsed once for all its requests. */
function templateOf(settings: BodySettings): Template {
  const parsed = templates.get(settings) ?? parseTemplate(settings.template ?? "null");
  templates.set(settings, parsed);
  return parsed;
}

/**
 * Makes the body of a request with several events: a JSON array of the events, each with its own
 * `id`. A template for batches renders one document; a template for one event is rendered for each
 * event, and the body is the array of the results. That happens if the destination had no batches
 * when its template was set.
 *
 * @param webhookId Identifies the batch.
 * @throws {RainhooksError} As {@link requestBody} does.
 */
export function batchBody(
  webhookId: string,
  events: readonly BodySource[],
  settings: BodySettings,
): RequestBody {
  const { format, template = "null" } = settings;
  if (format === "template" && showsAllEvents(template))
    return {
      body: renderTemplate(templateOf(settings), batchValues(webhookId, events)),
      headers: {},
    };
  if (format === "cloudevents" || format === "cloudevents-binary")
    // Binary mode has no batches: its attributes are headers.
    return {
      body: JSON.stringify(events.map(cloudEventDocument)),
      headers: { "content-type": "application/cloudevents-batch+json; charset=utf-8" },
    };
  const documents = events.map((one) =>
    format === "event"
      ? JSON.stringify({ id: one.webhookId, ...eventDocument(one.event) })
      : requestBody(one, settings).body,
  );
  return { body: `[${documents.join(",")}]`, headers: {} };
}

/** Returns the values that the paths of a template or of a URL name. */
export function templateValues({ event, webhookId }: Pick<BodySource, "event" | "webhookId">) {
  const nodeIds = nodesOf(event);
  return {
    /** The `webhook-id`. */
    id: webhookId,
    type: event.type,
    /** When it happened, ISO 8601. */
    timestamp: timestampOf(event),
    /** The first of its nodes. */
    nodeId: nodeIds[0] ?? null,
    nodeIds,
    data: event.data,
  };
}

/** Returns the values that a template and a URL find in a batch. */
export function batchValues(
  webhookId: string,
  sources: readonly Pick<BodySource, "event" | "webhookId">[],
) {
  const events = sources.map(templateValues);
  const nodeIds = new Set(events.map(({ nodeId }) => nodeId));
  return {
    /** The `webhook-id` of the request. */
    id: webhookId,
    count: events.length,
    /** The node, if the events are of one. */
    nodeId: nodeIds.size === 1 ? (events[0]?.nodeId ?? null) : null,
    events,
  };
}
