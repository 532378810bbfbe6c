import { eventDocument } from "@rainhooks/sinks/http/event-body";
import { type BodyOptions, templateValues } from "./body.ts";
import { cloudEventDocument } from "./cloud-event.ts";
import type { BodySource, RequestBody } from "./source.ts";
import { showsAllEvents } from "./template/parse.ts";
import { renderTemplate } from "./template/render.ts";

/**
 * Makes the body of a request with several events: a JSON array of the events, each with its own `id`. A
 * template for batches renders one document; a template for one event is rendered for each event, and the
 * body is the array of the results. That happens if the destination had no batches when its template was set.
 *
 * @param webhookId Identifies the batch.
 * @throws {RainhooksError} permanent `sink-rejected` if a template makes too large a body.
 */
export function batchBody(
  webhookId: string,
  events: readonly BodySource[],
  options: BodyOptions,
): RequestBody {
  switch (options.format) {
    case "event":
      return listOf(
        events.map(({ event, webhookId: id }) => JSON.stringify({ id, ...eventDocument(event) })),
      );
    case "raw":
      return listOf(events.map(({ delivery }) => delivery.body));
    case "cloudevents":
    // Binary mode has no batches: its attributes are headers.
    case "cloudevents-binary":
      return {
        ...listOf(events.map((one) => JSON.stringify(cloudEventDocument(one)))),
        headers: { "content-type": "application/cloudevents-batch+json; charset=utf-8" },
      };
    case "template":
      return showsAllEvents(options.template)
        ? { body: renderTemplate(options.template, batchValues(webhookId, events)), headers: {} }
        : listOf(events.map((one) => renderTemplate(options.template, templateValues(one))));
  }
}

function listOf(documents: readonly string[]): RequestBody {
  return { body: `[${documents.join(",")}]`, headers: {} };
}

/** Returns the values that a template and a URL find in a batch. */
export function batchValues(webhookId: string, sources: readonly Pick<BodySource, "event" | "webhookId">[]) {
  const events = sources.map((one) => templateValues(one));
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
