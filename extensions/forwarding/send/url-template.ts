import { RainhooksError, wrongInput } from "@rainhooks/core/errors";
import { partsOf, type TextParts } from "../bodies/template/parse.ts";
import { type Path, valueAt } from "../bodies/template/path.ts";
import { textOf } from "../bodies/template/render.ts";

/** Maximum characters of a value in a URL, before they are encoded. */
const MAX_VALUE = 500;

/** What begins a value. */
const OPEN = "{{";

/** Scheme and host, and what follows them. */
const URL_PARTS = /^([^/?#]*\/\/[^/?#]*)(.*)$/s;

/** A part of a path that leads elsewhere: `.` or `..`. */
const DOT_SEGMENT = /\/\.{1,2}(?=[/?#]|$)/;

/**
 * Reads a URL whose path and query may contain `{{path}}`, for values of an event.
 *
 * @returns What stands as it is, and the paths of its values.
 * @throws {RainhooksError} `input-invalid` for a value in the host, or what is not a path; the
 * message does not contain the URL.
 */
export function readUrlTemplate(url: string): TextParts {
  if (!url.includes(OPEN)) return [url];
  const [, host = url, rest = ""] = URL_PARTS.exec(url) ?? [];
  if (host.includes(OPEN)) throw wrongInput("Scheme and host of a URL cannot contain {{.");
  try {
    return [host, ...partsOf(rest, "The URL")];
  } catch {
    throw wrongInput(
      "Between {{ and }} of a URL is the path of a value, such as {{nodeId}} or {{data.message['a.b']}}.",
    );
  }
}

/**
 * Puts values of an event into a URL, each encoded, so that it stays within its part of the path or
 * query. The values are those of a body's template.
 *
 * @throws {RainhooksError} permanent `sink-rejected` if a value is missing or too long, or would
 * lead to another path.
 */
export function urlOf(url: string, valuesOf: () => unknown): string {
  if (!url.includes(OPEN)) return url;
  const values = valuesOf();
  const made = readUrlTemplate(url)
    .map((part) => (typeof part === "string" ? part : encodedValue(values, part)))
    .join("");
  if (DOT_SEGMENT.test(made.split(/[?#]/, 1).join()))
    throw impossible("a value of it leads to another path");
  return made;
}

function encodedValue(values: unknown, path: Path): string {
  const text = textOf(valueAt(values, path));
  if (text === "") throw impossible(`it has no ${path.join(".")}`);
  if (text.length > MAX_VALUE)
    throw impossible(`its ${path.join(".")} has more than ${MAX_VALUE} characters`);
  return encodeURIComponent(text.toWellFormed());
}

function impossible(reason: string): RainhooksError {
  return new RainhooksError("sink-rejected", `The URL cannot be made of this event: ${reason}.`, {
    permanent: true,
  });
}
