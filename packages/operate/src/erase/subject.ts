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
  // The longest first: of a name that begins with the id, all is replaced.
  const forms = [...new Set(words.flatMap(formsOf))].sort((a, b) => b.length - a.length);
  const pattern = new RegExp(forms.map(patternOf).join("|"), "g");
  const test = new RegExp(pattern.source);
  return {
    in: (text) => test.test(text),
    replacedIn: (text, alias) => text.replace(pattern, () => alias),
  };
}

/** A word as it is, as JSON, as JSON in JSON, and as a part of a URL or a key. */
function formsOf(word: string): string[] {
  const json = JSON.stringify(word).slice(1, -1);
  return [word, json, JSON.stringify(json).slice(1, -1), encodeURIComponent(word)];
}

function patternOf(form: string): string {
  const text = form.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
  return form.length >= CERTAIN_LENGTH ? text : `(?<![\\w@.+-])${text}(?![\\w@-]|\\.\\w)`;
}
