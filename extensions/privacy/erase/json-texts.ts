import { tryParseJson } from "@rainhooks/core/json";

/** A text in JSON: the value of a field, or of a list in it. */
export interface JsonText {
  /** The name of its field; empty outside of objects. */
  readonly field: string;
  readonly text: string;
}

/** A text of JSON, also one that does not end, or a punctuation mark. */
const TOKEN = /"[^"\\]*(?:\\[\s\S][^"\\]*)*(?:"|\\?$)|[{}[\],:]/g;

interface Container {
  readonly isObject: boolean;
  field: string;
  isAtName: boolean;
}

/**
 * Replaces texts of JSON that are values, and leaves all else as it was written: names of fields, numbers,
 * spaces, escapes. It reads broken JSON as far as it can be told what a text is.
 *
 * @param onName Called with the name of each field.
 */
export function replaceTexts(
  json: string,
  replace: (value: JsonText) => string,
  onName: (name: string) => void = () => undefined,
): string {
  const open: Container[] = [];
  return json.replace(TOKEN, (token) => {
    if (!token.startsWith('"')) {
      follow(open, token);
      return token;
    }
    const text = tryParseJson(token);
    if (typeof text !== "string") return token;
    const inside = open.at(-1);
    if (inside?.isAtName) {
      inside.field = text;
      onName(text);
      return token;
    }
    const replaced = replace({ field: inside?.field ?? "", text });
    return replaced === text ? token : JSON.stringify(replaced);
  });
}

/** Follows a punctuation mark. */
function follow(open: Container[], mark: string): void {
  const inside = open.at(-1);
  if (mark === "{" || mark === "[")
    open.push({ isObject: mark === "{", field: inside?.field ?? "", isAtName: mark === "{" });
  else if (mark === "}" || mark === "]") open.pop();
  else if (inside?.isObject) inside.isAtName = mark === ",";
}

/** What a text is: JSON as a whole, something that begins as JSON does, or anything else. */
export function jsonKind(text: string): "json" | "broken" | "text" {
  if (!/^\s*[{[]/.test(text)) return "text";
  return tryParseJson(text) === undefined ? "broken" : "json";
}
