import { inputError } from "@rainhooks/core/errors";

/** Whose data is meant. */
export interface ErasureSubject {
  readonly kind: "node" | "user";
  readonly id: string;
  /** Further texts that name it, such as the name of a user. */
  readonly also: readonly string[];
}

/** How a subject is written, and how it is found. */
export type SubjectNames = ReturnType<typeof namesOf>;

const MAX_LENGTH = 256;
/**
 * Shorter names, and numbers, are found as whole values alone: as words of a text they mean
 * something else.
 */
const MIN_WORD_LENGTH = 3;

/**
 * Makes what finds a subject. As a value it is found if it is equal. In a text it is found as a
 * word: `node1` is neither in `node10` nor in `node1.Power`, but in `(Node)node1 is offline.` Words
 * may be escaped as in JSON, in JSON in JSON, or in a URL, and be in either normal form of Unicode.
 *
 * @throws {RainhooksError} `input-invalid` for an id or name without characters, or with too many.
 */
export function namesOf(subject: ErasureSubject) {
  const all = [...new Set([subject.id, ...subject.also])];
  for (const one of all)
    if (one.length === 0 || one.length > MAX_LENGTH)
      throw inputError({
        field: "id",
        problem: `must have 1 to ${MAX_LENGTH} characters: ${JSON.stringify(one)} has ${one.length}.`,
      });
  const names = new Set(all);
  const forms = new Set(all.filter(isWord).flatMap(formsOf));
  const everyForm = all.flatMap(formsOf);
  const anywhere = anyOf(everyForm);
  const unescaped = anyOf(everyForm.map(withoutEscapes));
  const inTexts = patternOf([...forms]);
  /** Only the id counts where nodes are. */
  const isName = (value: string, field?: "node") =>
    field === "node" ? value === subject.id : names.has(value);
  return {
    subject,
    /**
     * Whether a text may have the subject in it, also as a part of something else. False is
     * certain.
     */
    mayBeIn: (text: string) =>
      // Any character may be written as an escape, and JSON can be in JSON again and again.
      anywhere.test(text) ||
      (text.includes("\\") && (text.includes("\\u") || unescaped.test(withoutEscapes(text)))),
    /** Whether a value is the id of the subject, or one of its further names. */
    isName,
    /** Returns those spellings of others' ids and names that have the subject in them. */
    othersWith: (others: Iterable<string>) =>
      [...others]
        .filter(
          (one) => !isName(one, subject.kind === "node" ? "node" : undefined) && anywhere.test(one),
        )
        .flatMap(spellingsOf),
    /**
     * Returns a text with an alias for each word that names the subject.
     *
     * @param others What `othersWith` has returned: where one of them stands, it stays.
     */
    replacedIn: (text: string, alias: string, others: readonly string[]) => {
      if (forms.size === 0 || (names.has(text) && !others.includes(text)))
        return names.has(text) ? alias : text;
      return text.replace(inTexts, (word: string, ...rest: (string | number)[]) =>
        isOfOther({ text, word, at: Number(rest.at(-2)) }, others) ? word : alias,
      );
    },
  };
}

/** Whether a word stands where a text has an id or a name of another one. */
function isOfOther(
  { text, word, at }: { readonly text: string; readonly word: string; readonly at: number },
  others: readonly string[],
): boolean {
  return others.some((one) => {
    const place = one.indexOf(word);
    return place !== -1 && text.startsWith(one, at - place);
  });
}

function anyOf(texts: readonly string[]): RegExp {
  return new RegExp([...new Set(texts)].map(escaped).join("|"), "u");
}

function withoutEscapes(text: string): string {
  return text.replaceAll("\\", "");
}

function isWord(name: string): boolean {
  return name.length >= MIN_WORD_LENGTH && !/^\d+$/.test(name);
}

/** A name in both normal forms, and as it is written. */
function formsOf(name: string): string[] {
  return [name, name.normalize("NFC"), name.normalize("NFD")].flatMap(spellingsOf);
}

/**
 * A name as it is, as JSON, as JSON in JSON, each also with escapes for what is not ASCII, and as a
 * part of a URL.
 */
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
/**
 * A dot, as in `node1.Power`, belongs to a word if it goes on behind it; a mark, as in `é`, always
 * does.
 */
const NOT_BEFORE = String.raw`(?<![\p{L}\p{N}\p{M}_@+\-]|[\p{L}\p{N}_]\.)`;
const NOT_AFTER = String.raw`(?![\p{L}\p{N}\p{M}_@+\-]|\.[\p{L}\p{N}_])`;

/** The longest first: of a name that begins with the id, all is replaced. */
function patternOf(forms: readonly string[]): RegExp {
  const words = [...new Set(forms)].sort((a, b) => b.length - a.length).map(escaped);
  return new RegExp(`(?:${AFTER_ESCAPE}|${NOT_BEFORE})(?:${words.join("|")})${NOT_AFTER}`, "gu");
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}
