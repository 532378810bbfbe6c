import { messageOf } from "@rainhooks/core/errors";
import { printable, safeLine, shortenText } from "@rainhooks/stage/terminal/printable";

const MAX_LENGTH = 300;

interface SourceLocation {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly lineText: string;
}

/**
 * Describes why code could not be bundled: the location and the first error, and on a second line the code.
 */
export function describeBuildFailure(error: unknown): string {
  const errors = errorsOf(error);
  const [first] = errors;
  if (first === undefined) return safeLine(messageOf(error), MAX_LENGTH);
  const { text, location } = first;
  const more = errors.length === 1 ? "" : ` (and ${errors.length - 1} more)`;
  if (location === undefined) return safeLine(`${text}${more}`, MAX_LENGTH);
  // esbuild counts columns from 0; editors count from 1.
  const where = `${location.file}:${location.line}:${location.column + 1}`;
  return `${safeLine(`${where}: ${text}${more}`, MAX_LENGTH)}\n    ${shortenText(printable(location.lineText.trim()), MAX_LENGTH)}`;
}

function errorsOf(
  error: unknown,
): { readonly text: string; readonly location: SourceLocation | undefined }[] {
  const errors: unknown =
    typeof error === "object" && error !== null && "errors" in error ? error.errors : [];
  if (!Array.isArray(errors)) return [];
  const list: readonly unknown[] = errors;
  return list.flatMap((one) => {
    if (typeof one !== "object" || one === null || !("text" in one) || typeof one.text !== "string")
      return [];
    const location: unknown = "location" in one ? one.location : undefined;
    return [{ text: one.text, location: isPlace(location) ? location : undefined }];
  });
}

function isPlace(value: unknown): value is SourceLocation {
  if (typeof value !== "object" || value === null) return false;
  return "file" in value && "line" in value && "column" in value && "lineText" in value;
}
