import { inputError } from "@rainhooks/core";

/** Whose data is meant. */
export interface ErasureSubject {
  readonly kind: "node" | "user";
  readonly id: string;
  /** Further texts that name it, such as the name of a user. */
  readonly also: readonly string[];
}

/** How a subject is written, and how it is found. */
export interface SubjectNames {
  readonly subject: ErasureSubject;
  /** Whether a text may have the subject in it, also as a part of something else. False is certain. */
  readonly mayBeIn: (text: string) => boolean;
  /** Whether a value is the id of the subject, or one of its further names. */
  readonly isName: (value: string) => boolean;
  /**
   * Returns a text with an alias for each word that names the subject.
   *
   * @param others Ids and names of others: where one of them stands that has the subject in it, it stays.
   */
  readonly replacedIn: (text: string, alias: string, others: Iterable<string>) => string;
}

const MAX_LENGTH = 256;
/** Shorter names, and numbers, are found as whole values alone: as words of a text they mean something else. */
const MIN_WORD_LENGTH = 3;

/**
 * Makes what finds a subject. As a value it is found if it is equal. In a text it is found as a word: `node1` is neither in `node10` nor in
 * `node1.Power`, but in `(Node)node1 is offline.` Words may be escaped as in JSON, in JSON in JSON, or in a URL, and be in either normal form of Unicode.
 *
 * @throws {RainhooksError} `input-invalid` for an id or name without characters, or with too many.
 */
export function namesOf(subject: ErasureSubject): SubjectNames {
  const all = [...new Set([subject.id, ...subject.also])];
  for (const one of all)
    if (one.length === 0 || one.length > MAX_LENGTH)
      throw inputError({
        field: "id",
        problem: `must have 1 to ${MAX_LENGTH} characters: ${JSON.stringify(one)} has ${one.length}.`,
      });
  const names = new Set(all);
  const forms = new Set(all.filter(isWord).flatMap(formsOf));
  const anywhere = new RegExp([...new Set(all.flatMap(formsOf))].map(escaped).join("|"), "u");
  const inTexts = patternOf([...forms]);
  return {
    subject,
    // Any character may be written as an escape.
    mayBeIn: (text) => anywhere.test(text) || text.includes("\\u"),
    isName: (value) => names.has(value),
    replacedIn: (text, alias, others) => {
      if (names.has(text)) return alias;
      if (forms.size === 0) return text;
      const own = [...others].filter((one) => !names.has(one) && anywhere.test(one)).flatMap(spellingsOf);
      const pattern = own.length === 0 ? inTexts : patternOf([...forms, ...own]);
      return text.replace(pattern, (word) => (forms.has(word) && !own.includes(word) ? alias : word));
    },
  };
}

function isWord(name: string): boolean {
  return name.length >= MIN_WORD_LENGTH && !/^\d+$/.test(name);
}

/** A name in both normal forms, and as it is written. */
function formsOf(name: string): string[] {
  return [name, name.normalize("NFC"), name.normalize("NFD")].flatMap(spellingsOf);
}

/** A name as it is, as JSON, as JSON in JSON, each also with escapes for what is not ASCII, and as a part of a URL. */
function spellingsOf(name: string): string[] {
  const json = JSON.stringify(name).slice(1, -1);
  const written = [json, ascii(json, (hex) => hex), ascii(json, (hex) => hex.toUpperCase())];
  const inJson = written.map((text) => JSON.stringify(text).slice(1, -1));
  return [name, ...written, ...inJson, encodeURIComponent(name.toWellFormed())];
}

function ascii(text: string, hexOf: (hex: string) => string): string {
  return text.replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${hexOf(unit.charCodeAt(0).toString(16).padStart(4, "0"))}`,
  );
}

/** What can stand before a word in JSON, such as `\n`, and is no letter of it. */
const AFTER_ESCAPE = String.raw`(?<=\\[nrtbf])`;
/** A dot, as in `node1.Power`, belongs to a word if it goes on behind it; a mark, as in `é`, always does. */
const NOT_BEFORE = String.raw`(?<![\p{L}\p{N}\p{M}_@+\-]|[\p{L}\p{N}_]\.)`;
const NOT_AFTER = String.raw`(?![\p{L}\p{N}\p{M}_@\-]|\.[\p{L}\p{N}_])`;

/** The longest first: of a name that begins with the id, all is replaced. */
function patternOf(forms: readonly string[]): RegExp {
  const words = [...new Set(forms)].sort((a, b) => b.length - a.length).map(escaped);
  return new RegExp(`(?:${AFTER_ESCAPE}|${NOT_BEFORE})(?:${words.join("|")})${NOT_AFTER}`, "gu");
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}
