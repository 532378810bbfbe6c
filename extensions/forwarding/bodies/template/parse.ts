import { messageOf, RainhooksError } from "@rainhooks/core/errors";
import { describeValue, isTooDeep, type JsonObject, type JsonValue } from "@rainhooks/core/json";
import { type Path, parsePath } from "./path.ts";

/**
 * Maximum bytes of a template: with all other settings of its destination, it fits well into an item of
 * DynamoDB.
 */
export const MAX_TEMPLATE_BYTES = 16 * 1024;

/** Maximum nesting of arrays and objects, in a template and in a rendered body. */
export const MAX_TEMPLATE_DEPTH = 32;

/** A part of a template: JSON text, a value, a text with values in it, a list or an object. */
export type TemplatePart =
  | { readonly kind: "json"; readonly text: string }
  | { readonly kind: "value"; readonly path: Path }
  | { readonly kind: "text"; readonly pieces: readonly (string | Path)[] }
  | { readonly kind: "list"; readonly parts: readonly TemplatePart[] }
  /** A list with one entry for each event of the request. */
  | { readonly kind: "each"; readonly part: TemplatePart }
  | {
      readonly kind: "object";
      /** The names of the fields, as JSON text. */
      readonly fields: readonly (readonly [name: string, part: TemplatePart])[];
    };

/** A template that has been read, for {@link renderTemplate}. */
export interface Template {
  readonly part: TemplatePart;
}

/**
 * Reads a template: a JSON document whose strings may contain `{{path}}`. A path names a value of the event,
 * with dots, and brackets for indexes and for names in single quotes: `{{data.message['esp.alert.str']}}`.
 * The list `["{{each}}", …]` has its second entry once for each event of the request. There is no other
 * logic. A string cannot contain `{{` in another meaning.
 *
 * @throws {RainhooksError} `input-invalid`; the message says where the mistake is.
 */
export function parseTemplate(text: string): Template {
  if (Buffer.byteLength(text) > MAX_TEMPLATE_BYTES)
    throw invalid(`The template has more than ${MAX_TEMPLATE_BYTES} bytes.`);
  const document = readJson(text);
  if (isTooDeep(document, MAX_TEMPLATE_DEPTH))
    throw invalid(`The template has more than ${MAX_TEMPLATE_DEPTH} levels of arrays and objects.`);
  return { part: partOf(document, "") };
}

function readJson(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (cause) {
    throw invalid(`The template is not JSON: ${messageOf(cause)}`);
  }
}

function partOf(value: JsonValue, place: string): TemplatePart {
  if (typeof value === "string") return textPart(value, place);
  if (Array.isArray(value) && value[0] === EACH) return eachPart(value, place);
  if (Array.isArray(value))
    return { kind: "list", parts: value.map((entry, index) => partOf(entry, `${place}[${index}]`)) };
  if (typeof value === "object" && value !== null) return objectPart(value, place);
  return { kind: "json", text: JSON.stringify(value) };
}

function eachPart(list: readonly JsonValue[], place: string): TemplatePart {
  const [, each, ...others] = list;
  if (each === undefined || others.length > 0)
    throw invalid(`${placeText(place)}: a list that begins with ${EACH} has one more entry, for each event.`);
  return { kind: "each", part: partOf(each, `${place}[1]`) };
}

/**
 * Returns whether a template shows all events of a request, not only one: by `{{each}}`, or by a path that
 * begins with `events`.
 */
export function showsAllEvents({ part }: Template): boolean {
  const isEvents = (path: string | Path) => typeof path !== "string" && path[0] === "events";
  switch (part.kind) {
    case "each":
      return true;
    case "value":
      return isEvents(part.path);
    case "text":
      return part.pieces.some(isEvents);
    case "list":
      return part.parts.some((one) => showsAllEvents({ part: one }));
    case "object":
      return part.fields.some(([, one]) => showsAllEvents({ part: one }));
    case "json":
      return false;
  }
}

function objectPart(object: JsonObject, place: string): TemplatePart {
  const fields = Object.entries(object).map(([name, value]): [string, TemplatePart] => {
    const field = place === "" ? name : `${place}.${name}`;
    if (name.includes(OPEN))
      throw invalid(`${placeText(field)}: the name of a field cannot contain ${OPEN}. Only values can.`);
    return [JSON.stringify(name), partOf(value, field)];
  });
  return { kind: "object", fields };
}

const OPEN = "{{";
/** Begins a list with an entry for each event. */
const EACH = "{{each}}";
const CLOSE = "}}";

function textPart(text: string, place: string): TemplatePart {
  const pieces = piecesOf(text, placeText(place));
  const [first = ""] = pieces;
  if (pieces.length > 1) return { kind: "text", pieces };
  return typeof first === "string"
    ? { kind: "json", text: JSON.stringify(text) }
    : { kind: "value", path: first };
}

/**
 * Divides a text into what stands as it is, and the paths of its values.
 *
 * @param name What the text is, for messages.
 * @throws {RainhooksError} `input-invalid` for what is not a path, or has no end.
 */
export function piecesOf(text: string, name: string): readonly (string | Path)[] {
  const pieces: (string | Path)[] = [];
  let position = 0;
  for (;;) {
    const open = text.indexOf(OPEN, position);
    if (open === -1) break;
    if (open > position) pieces.push(text.slice(position, open));
    const close = text.indexOf(CLOSE, open + OPEN.length);
    if (close === -1) throw invalid(`${name}: ${OPEN} at character ${open + 1} has no ${CLOSE} after it.`);
    pieces.push(readPath(text.slice(open + OPEN.length, close), name, open));
    position = close + CLOSE.length;
  }
  if (position < text.length) pieces.push(text.slice(position));
  return pieces;
}

function readPath(text: string, name: string, open: number): Path {
  const path = parsePath(text.trim());
  if (path !== undefined) return path;
  const message = `${describeValue(text)} at character ${open + 1} is not a path. Write it as data.nodeId, data.groups[0] or data['a.b'].`;
  throw invalid(`${name}: ${message}`);
}

function placeText(place: string): string {
  return place === "" ? "The template" : `The template at ${describeValue(place)}`;
}

function invalid(message: string): RainhooksError {
  return new RainhooksError("input-invalid", message);
}
