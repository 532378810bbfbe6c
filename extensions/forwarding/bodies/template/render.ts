import { RainhooksError } from "@rainhooks/core/errors";
import { isJsonObject, isTooDeep, type JsonValue, MAX_JSON_DEPTH } from "@rainhooks/core/json";
import { EACH, MAX_TEMPLATE_DEPTH, type Template } from "./parse.ts";
import { valueAt } from "./path.ts";

/** Maximum bytes of a rendered template, for one event. */
export const MAX_RENDERED_BYTES = 256 * 1024;
/**
 * Maximum bytes and levels of what becomes of a template, of a batch: one deep event does not keep
 * the others from being sent.
 */
const MAX_BATCH_BYTES = 4 * 1024 * 1024;
const MAX_BATCH_DEPTH = 2 * MAX_JSON_DEPTH;

/**
 * Puts values into a template. A string that is one `{{path}}` and nothing else becomes the value
 * with its type, `null` if there is none. In a longer string, a text stands as it is, nothing for
 * no value or `null`, and JSON for a list or an object. Fields that an object only inherits do not
 * exist.
 *
 * The time is linear in the sizes of the template, the values and the result: it ends when the
 * result is too large.
 *
 * @param values What the paths name: JSON.
 * @returns JSON text.
 * @throws {RainhooksError} permanent `sink-rejected` for a result of more than 256 KiB or 32
 * levels.
 */
export function renderTemplate(template: Template, values: unknown): string {
  const isBatch = eventsIn(values) !== undefined;
  const maxBytes = isBatch ? MAX_BATCH_BYTES : MAX_RENDERED_BYTES;
  const maxDepth = isBatch ? MAX_BATCH_DEPTH : MAX_TEMPLATE_DEPTH;
  const rendered: string[] = [];
  let bytes = 0;
  for (const text of render(template.document, values, 0, { ...template, maxDepth })) {
    bytes += Buffer.byteLength(text);
    if (bytes > maxBytes) throw tooLarge(`${maxBytes} bytes`);
    rendered.push(text);
  }
  return rendered.join("");
}

/** A template, and the maximum levels of arrays and objects of what becomes of it. */
type Rendering = Template & { readonly maxDepth: number };

function* render(
  value: JsonValue,
  values: unknown,
  depth: number,
  rendering: Rendering,
): Generator<string> {
  if (typeof value === "string") yield* renderText(value, values, depth, rendering);
  else if (Array.isArray(value)) {
    const [first, ofEach = null] = value;
    if (first === EACH)
      yield* renderAll("[]", eventsIn(values) ?? [values], (one) =>
        render(ofEach, one, depth + 1, rendering),
      );
    else yield* renderAll("[]", value, (one) => render(one, values, depth + 1, rendering));
  } else if (typeof value === "object" && value !== null) {
    yield* renderAll("{}", Object.entries(value), function* ([name, field]) {
      yield `${JSON.stringify(name)}:`;
      yield* render(field, values, depth + 1, rendering);
    });
  } else yield JSON.stringify(value);
}

function* renderAll<One>(
  brackets: "[]" | "{}",
  all: readonly One[],
  renderOne: (one: One) => Iterable<string>,
): Generator<string> {
  yield brackets.slice(0, 1);
  for (const [index, one] of all.entries()) {
    if (index > 0) yield ",";
    yield* renderOne(one);
  }
  yield brackets.slice(1);
}

/** Returns the events of a batch; `undefined` for the values of one event. */
function eventsIn(values: unknown): readonly unknown[] | undefined {
  const events = isJsonObject(values) ? values["events"] : undefined;
  return Array.isArray(events) ? events : undefined;
}

function* renderText(text: string, values: unknown, depth: number, { parts, maxDepth }: Rendering) {
  const [first = "", ...others] = parts.get(text) ?? [];
  if (typeof first !== "string" && others.length === 0) {
    yield jsonOf(valueAt(values, first), depth, maxDepth);
    return;
  }
  yield '"';
  for (const part of [first, ...others])
    yield JSON.stringify(typeof part === "string" ? part : textOf(valueAt(values, part))).slice(
      1,
      -1,
    );
  yield '"';
}

function jsonOf(value: JsonValue | undefined, depth = 0, maxDepth = MAX_TEMPLATE_DEPTH): string {
  if (isTooDeep(value, maxDepth - depth)) throw tooLarge(`${maxDepth} levels`);
  return JSON.stringify(value ?? null);
}

/** Returns a value as it stands in a text: nothing for no value, JSON for a list or an object. */
export function textOf(value: JsonValue | undefined): string {
  if (typeof value === "string") return value;
  return value === undefined || value === null ? "" : jsonOf(value);
}

function tooLarge(limit: string): RainhooksError {
  const message = `The body that the template makes has more than ${limit}.`;
  return new RainhooksError("sink-rejected", message, { permanent: true });
}
