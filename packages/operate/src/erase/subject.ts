import { inputError } from "@rainhooks/core";

/** Whose data is meant. */
export interface ErasureSubject {
  readonly kind: "node" | "user";
  readonly id: string;
  /** Further texts that name it, such as the name of a user. */
  readonly also: readonly string[];
}

/** Finds a subject in texts. */
export interface Mentions {
  /** Whether a text names the subject. */
  readonly in: (text: string) => boolean;
  /** Returns the text with another name wherever it names the subject. */
  readonly replacedIn: (text: string, alias: string) => string;
}

const MAX_LENGTH = 256;
/** Shorter texts could be a word of every event. */
const MIN_LENGTH = 3;
/** From this length on, an id that is part of a longer word is the id, too: nothing else is written so by chance. */
const CERTAIN_LENGTH = 20;

/**
 * Makes what finds a subject in texts: in JSON, in JSON in a string, and in keys, where `#` and `/` are encoded. A short id counts only as a word of its
 * own: `node1` is not in `node10`.
 *
 * @throws {RainhooksError} `input-invalid` for an id or name that is too short or too long to look for.
 */
export function mentionsOf({ id, also }: Pick<ErasureSubject, "id" | "also">): Mentions {
  const words = [...new Set([id, ...also])];
  for (const word of words)
    if (word.length < MIN_LENGTH || word.length > MAX_LENGTH)
      throw inputError({
        field: "id",
        problem: `must have ${MIN_LENGTH} to ${MAX_LENGTH} characters: ${JSON.stringify(word)} has ${word.length}.`,
      });
  for (const word of words)
    if (/^\d+$/.test(word) && word.length < CERTAIN_LENGTH)
      throw inputError({
        field: "id",
        problem: `${word} has digits alone: it would also be found in numbers. Give an id with other characters.`,
      });
  // The longest first: of a name that begins with the id, all is replaced.
  const forms = [...new Set(words.flatMap(formsOf))].sort((a, b) => b.length - a.length);
  const pattern = new RegExp(forms.map(patternOf).join("|"), "gu");
  const test = new RegExp(pattern.source, "u");
  return {
    in: (text) => test.test(text),
    replacedIn: (text, alias) => text.replace(pattern, () => alias),
  };
}

/** A word as it is, as JSON, as JSON in JSON, each also with escapes for what is not ASCII, and as a part of a URL or a key. */
function formsOf(word: string): string[] {
  const json = JSON.stringify(word).slice(1, -1);
  const written = [json, ascii(json, (hex) => hex), ascii(json, (hex) => hex.toUpperCase())];
  return [
    word,
    ...written,
    ...written.map((one) => JSON.stringify(one).slice(1, -1)),
    encodeURIComponent(word),
  ];
}

function ascii(text: string, hexOf: (hex: string) => string): string {
  return text.replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${hexOf(unit.charCodeAt(0).toString(16).padStart(4, "0"))}`,
  );
}

/** What can stand before a word in JSON, such as `\n`, and is no letter of it. */
const AFTER_ESCAPE = String.raw`(?<=\\[nrtbf])`;

function patternOf(form: string): string {
  const text = form.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
  if (form.length >= CERTAIN_LENGTH) return text;
  // An address goes on behind a dot; what is named after a node, as in node1.Power, does not.
  const dots = /[.@]/.test(form);
  const before = String.raw`(?<![\p{L}\p{N}_@+\-${dots ? "." : ""}])`;
  const after = String.raw`(?![\p{L}\p{N}_@\-]${dots ? String.raw`|\.[\p{L}\p{N}_]` : ""})`;
  return `(?:${AFTER_ESCAPE}|${before})${text}${after}`;
}
