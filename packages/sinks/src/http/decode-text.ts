/** Encodings in each other that are read: a URL in a form's field is encoded twice. */
const MAX_DEPTH = 3;

const PERCENT = /(?:%[0-9a-f]{2})+/gi;
const ENTITY = /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(amp|lt|gt|quot|apos|sol|colon|equals));/gi;
const JSON_ESCAPE = /\\u([0-9a-f]{4})|\\(\/)/gi;
const NAMED = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
  ["sol", "/"],
  ["colon", ":"],
  ["equals", "="],
]);

/**
 * Returns a text without the encodings of URLs, HTML and JSON. Takes a time that is proportional to
 * its length.
 */
export function decodeText(text: string): string {
  let read = text;
  for (let depth = 0; depth < MAX_DEPTH; depth += 1) {
    const next = once(read);
    if (next === read) return read;
    read = next;
  }
  return read;
}

function once(text: string): string {
  return text
    .replace(
      JSON_ESCAPE,
      (_, hex?: string, slash?: string) => slash ?? character(Number.parseInt(hex ?? "", 16)),
    )
    .replace(ENTITY, (_, decimal?: string, hex?: string, name?: string) =>
      name === undefined
        ? character(Number.parseInt(decimal ?? hex ?? "", decimal === undefined ? 16 : 10))
        : (NAMED.get(name.toLowerCase()) ?? ""),
    )
    .replace(PERCENT, (bytes) => Buffer.from(bytes.replaceAll("%", ""), "hex").toString());
}

function character(code: number): string {
  return code <= 0x10_ff_ff ? String.fromCodePoint(code) : "\ufffd";
}
