import { RainhooksError } from "@rainhooks/core/errors";
import { isJsonObject, isTooDeep, type JsonValue, MAX_JSON_DEPTH } from "@rainhooks/core/json";
import { MAX_TEMPLATE_DEPTH, type Template, type TemplatePart } from "./parse.ts";
import { type Path, valueAt } from "./path.ts";

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
export function renderTemplate({ part }: Template, values: unknown): string {
  const isBatch = eventsIn(values) !== undefined;
  const output = isBatch
    ? new Output(MAX_BATCH_BYTES, MAX_BATCH_DEPTH)
    : new Output(MAX_RENDERED_BYTES, MAX_TEMPLATE_DEPTH);
  render(part, values, 0, output);
  return output.text();
}

function render(part: TemplatePart, values: unknown, depth: number, output: Output): void {
  if (part.kind === "json") output.add(part.text);
  else if (part.kind === "value") output.add(jsonOf(valueAt(values, part.path), depth, output.maxDepth));
  else if (part.kind === "text") renderText(part.pieces, values, output);
  else if (part.kind === "each")
    renderAll("[]", eventsIn(values) ?? [values], output, (event) =>
      render(part.part, event, depth + 1, output),
    );
  else if (part.kind === "list")
    renderAll("[]", part.parts, output, (entry) => render(entry, values, depth + 1, output));
  else
    renderAll("{}", part.fields, output, ([name, field]) => {
      output.add(`${name}:`);
      render(field, values, depth + 1, output);
    });
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

function renderText(pieces: readonly (string | Path)[], values: unknown, output: Output): void {
  output.add('"');
  for (const piece of pieces) {
    const text = typeof piece === "string" ? piece : textOf(valueAt(values, piece));
    output.add(JSON.stringify(text).slice(1, -1));
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
