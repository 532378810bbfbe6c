import { nodesOf } from "@rainhooks/core/event";
import { eventBody } from "@rainhooks/sinks/http/event-body";
import type { BodyFormat } from "../destinations/destination.ts";
import { binaryCloudEvent, structuredCloudEvent } from "./cloud-event.ts";
import type { BodySource, RequestBody } from "./source.ts";
import { parseTemplate, type Template } from "./template/parse.ts";
import { renderTemplate } from "./template/render.ts";
import { timestampOf } from "./timestamp.ts";

/** A format, and the template of format `template`. */
export type BodyOptions =
  | { readonly format: Exclude<BodyFormat, "template"> }
  | { readonly format: "template"; readonly template: Template };

/** The settings of a destination that its bodies depend on. */
export interface BodySettings {
  readonly format: BodyFormat;
  readonly template?: string | undefined;
}

/**
 * Returns the format of a destination. @throws {RainhooksError} `input-invalid` for a template that is wrong
 */
export function bodyOptions({ format, template = "null" }: BodySettings): BodyOptions {
  return format === "template" ? { format, template: parseTemplate(template) } : { format };
}

/**
 * Makes the body of a request. It is the same for each attempt.
 *
 * @throws {RainhooksError} permanent `sink-rejected` if a template makes a body that is too large.
 */
export function requestBody(source: BodySource, options: BodyOptions): RequestBody {
  switch (options.format) {
    case "event":
      return { body: eventBody(source.event), headers: {} };
    case "raw":
      return { body: source.delivery.body, headers: {} };
    case "cloudevents":
      return structuredCloudEvent(source);
    case "cloudevents-binary":
      return binaryCloudEvent(source);
    case "template":
      return { body: renderTemplate(options.template, templateValues(source)), headers: {} };
  }
}

/**
 * Returns the values that the paths of a template or of a URL name.
 */
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
