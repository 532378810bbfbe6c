import { messageOf, wrongInput } from "@rainhooks/core/errors";
import { describeValue, isTooDeep, type JsonValue } from "@rainhooks/core/json";
import { type Path, parsePath } from "./path.ts";

/**
 * Maximum bytes of a template: with all other settings of its destination, it fits well into an
 * item of DynamoDB.
 */
export const MAX_TEMPLATE_BYTES = 16 * 1024;

/** Maximum nesting of arrays and objects, in a template and in a rendered body. */
export const MAX_TEMPLATE_DEPTH = 32;

/** A template that has been checked, for {@link renderTemplate}. */
export interface Template {
  readonly document: JsonValue;
  /** The {@link partsOf} each text in it. */
  readonly parts: ReadonlyMap<string, TextParts>;
}

/** What stands as it is in a text, and the paths of its values. */
export type TextParts = readonly (string | Path)[];

const OPEN = "{{";
const CLOSE = "}}";
/** Begins a list whose second entry is there once for each event of the request. */
export const EACH = "{{each}}";

/**
 * Reads a template: a JSON document whose strings may contain `{{path}}`. A path names a value of
 * the event, with dots, and brackets for indexes and for names in single quotes:
 * `{{data.message['esp.alert.str']}}`. The list `["{{each}}", …]` has its second entry once for
 * each event of the request. There is no other logic. A string cannot contain `{{` in another
 * meaning.
 *
 * @throws {RainhooksError} `input-invalid`; the message says where the mistake is.
 */
export function parseTemplate(text: string): Template {
  if (Buffer.byteLength(text) > MAX_TEMPLATE_BYTES)
    throw wrongInput(`The template has more than ${MAX_TEMPLATE_BYTES} bytes.`);
  const document = readJson(text);
  if (isTooDeep(document, MAX_TEMPLATE_DEPTH))
    throw wrongInput(
      `The template has more than ${MAX_TEMPLATE_DEPTH} levels of arrays and objects.`,
    );
  return { document, parts: new Map(textsIn(document, "")) };
}

function readJson(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (cause) {
    throw wrongInput(`The template is not JSON: ${messageOf(cause)}`);
  }
}

/** Returns the texts in a value of a template, with their parts. */
function textsIn(value: JsonValue, place: string): [text: string, parts: TextParts][] {
  if (typeof value === "string") return [[value, partsOf(value, placeText(place))]];
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) {
    const isEach = value[0] === EACH;
    if (isEach && value.length !== 2)
      throw wrongInput(
        `${placeText(place)}: a list that begins with ${EACH} has one more entry, for each event.`,
      );
    return value.flatMap((one, index) =>
      isEach && index === 0 ? [] : textsIn(one, `${place}[${index}]`),
    );
  }
  return Object.entries(value).flatMap(([name, one]) => {
    const field = place === "" ? name : `${place}.${name}`;
    if (name.includes(OPEN))
      throw wrongInput(
        `${placeText(field)}: the name of a field cannot contain ${OPEN}. Only values can.`,
      );
    return textsIn(one, field);
  });
}

const ALL_EVENTS = /\[\s*"\{\{each\}\}"|\{\{\s*events\s*[.[}]/;

/**
 * Returns whether a template shows all events of a request, not only one: by a list that begins
 * with {@link EACH}, or by a path that begins with `events`.
 */
export function showsAllEvents(template: string): boolean {
  return ALL_EVENTS.test(template);
}

/**
 * Divides a text into what stands as it is, and the paths of its values.
 *
 * @param name What the text is, for messages.
 * @throws {RainhooksError} `input-invalid` for what is not a path, or has no end.
 */
export function partsOf(text: string, name: string): TextParts {
  const parts: (string | Path)[] = [];
  let position = 0;
  for (;;) {
    const open = text.indexOf(OPEN, position);
    if (open === -1) break;
    if (open > position) parts.push(text.slice(position, open));
    const close = text.indexOf(CLOSE, open + OPEN.length);
    if (close === -1)
      throw wrongInput(`${name}: ${OPEN} at character ${open + 1} has no ${CLOSE} after it.`);
    const inside = text.slice(open + OPEN.length, close);
    const path = parsePath(inside.trim());
    if (path === undefined)
      throw wrongInput(
        `${name}: ${describeValue(inside)} at character ${open + 1} is not a path. Write it as data.nodeId, data.groups[0] or data['a.b'].`,
      );
    parts.push(path);
    position = close + CLOSE.length;
  }
  if (position < text.length) parts.push(text.slice(position));
  return parts;
}

function placeText(place: string): string {
  return place === "" ? "The template" : `The template at ${describeValue(place)}`;
}
