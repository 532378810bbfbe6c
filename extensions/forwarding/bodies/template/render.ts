import { RainhooksError } from "@rainhooks/core/errors";
import { isJsonObject, isTooDeep, type JsonValue, MAX_JSON_DEPTH } from "@rainhooks/core/json";
import { EACH, MAX_TEMPLATE_DEPTH, piecesOf, type Template } from "./parse.ts";
import { valueAt } from "./path.ts";

/** Maximum bytes of a rendered template, for one event. */
export const MAX_RENDERED_BYTES = 256 * 1024;
/**
 * Maximum bytes and levels of what becomes of a template, of a batch: one deep event does not keep the others
 * from being sent.
 */
const [MAX_BATCH_BYTES, MAX_BATCH_DEPTH] = [4 * 1024 * 1024, 2 * MAX_JSON_DEPTH];

/**
 * Puts values into a template. A string that is one `{{path}}` and nothing else becomes the value with its
 * type, `null` if there is none. In a longer string, a text stands as it is, nothing for no value or `null`,
 * and JSON for a list or an object. Fields that an object only inherits do not exist.
 *
 * The time is linear in the sizes of the template, the values and the result: it ends when the result is too
 * large.
 *
 * @param values What the paths name: JSON.
 * @returns JSON text.
 * @throws {RainhooksError} permanent `sink-rejected` for a result of more than 256 KiB or 32 levels.
 */
export function renderTemplate({ document }: Template, values: unknown): string {
  const isBatch = eventsIn(values) !== undefined;
  const output = isBatch
    ? new Output(MAX_BATCH_BYTES, MAX_BATCH_DEPTH)
    : new Output(MAX_RENDERED_BYTES, MAX_TEMPLATE_DEPTH);
  render(document, values, 0, output);
  return output.text();
}

function render(template: JsonValue, values: unknown, depth: number, output: Output): void {
  if (typeof template === "string") renderText(template, values, depth, output);
  else if (Array.isArray(template)) {
    const [each, ofEach = null] = template as readonly JsonValue[];
    if (each === EACH)
      renderAll("[]", eventsIn(values) ?? [values], output, (event) =>
        render(ofEach, event, depth + 1, output),
      );
    else renderAll("[]", template, output, (entry) => render(entry, values, depth + 1, output));
  } else if (typeof template === "object" && template !== null)
    renderAll("{}", Object.entries(template), output, ([name, field]) => {
      output.add(`${JSON.stringify(name)}:`);
      render(field, values, depth + 1, output);
    });
  else output.add(JSON.stringify(template));
}

/** Returns the events of a batch; `undefined` for the values of one event. */
function eventsIn(values: unknown): readonly unknown[] | undefined {
  const events = isJsonObject(values) ? values["events"] : undefined;
  return Array.isArray(events) ? events : undefined;
}

function renderAll<Entry>(
  brackets: "[]" | "{}",
  entries: readonly Entry[],
  output: Output,
  renderOne: (entry: Entry) => void,
): void {
  output.add(brackets.slice(0, 1));
  for (const [index, entry] of entries.entries()) {
    if (index > 0) output.add(",");
    renderOne(entry);
  }
  output.add(brackets.slice(1));
}

function renderText(text: string, values: unknown, depth: number, output: Output): void {
  const pieces = piecesOf(text, "The template");
  const [first = ""] = pieces;
  if (pieces.length === 1 && typeof first !== "string") {
    output.add(jsonOf(valueAt(values, first), depth, output.maxDepth));
    return;
  }
  output.add('"');
  for (const piece of pieces) {
    const value = typeof piece === "string" ? piece : textOf(valueAt(values, piece));
    output.add(JSON.stringify(value).slice(1, -1));
  }
  output.add('"');
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

/** Text with a maximum size. */
class Output {
  /** Maximum levels of arrays and objects in it. */
  readonly maxDepth: number;
  readonly #pieces: string[] = [];
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes: number, maxDepth: number) {
    this.#maxBytes = maxBytes;
    this.maxDepth = maxDepth;
  }

  add(piece: string): void {
    this.#bytes += Buffer.byteLength(piece);
    if (this.#bytes > this.#maxBytes) throw tooLarge(`${this.#maxBytes} bytes`);
    this.#pieces.push(piece);
  }

  text(): string {
    return this.#pieces.join("");
  }
}

function tooLarge(limit: string): RainhooksError {
  const message = `The body that the template makes has more than ${limit}.`;
  return new RainhooksError("sink-rejected", message, { permanent: true });
}
