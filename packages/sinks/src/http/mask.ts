import { decodeText } from "./decode-text.ts";

/** Shorter secrets are not looked for: they would appear everywhere. */
const MIN_SECRET_LENGTH = 6;
const MASK = "***";

/** Longer texts are cut first: what is shown of a response is much shorter. */
const MAX_LENGTH = 16_384;

/*
 * Each expression takes a time that is proportional to the length of the text: a receiver writes
 * it, and other destinations wait meanwhile. So a name or a key is looked for only where it begins,
 * and nothing of unlimited length is tried at each character.
 */
const URLS = /(?:\b[a-z][a-z0-9+.-]{0,30})?:\/\/[^\s"'<>()\\]+/gi;
const CREDENTIALS = /\b(Bearer|Basic)\s+[^\s"',;]+/gi;
const NAMED =
  /(?<![\w-])((?:(?:api|access) key[\w-]*|(?=[\w-]*(?:authorization|cookie|credential|passw(?:or)?d|secret|session|signature|token|api[-_]?key|access[-_]?key))[\w-]+)\\?["']?\s*[:=]\s*\\?["']?)(?!\*\*\*|(?:Bearer|Basic) \*\*\*)[^\s"',;&}\\]+/gi;
/**
 * Secrets by their form: of Standard Webhooks, JSON web tokens, access keys of AWS, and any long
 * mixture of letters and digits.
 */
const FORMS = [
  /\bwhs(?:ec|k)_[\w+/=-]+/gi,
  /(?<![\w-])eyJ[\w-]+\.[\w.-]+/gi,
  /\bA[KS]IA[A-Z0-9]{16}/gi,
  /(?<![\w+/-])(?=[\w+/-]*\d)(?=[\w+/-]*[a-z])[\w+/-]{40,}=*/gi,
];
// biome-ignore lint/suspicious/noControlCharactersInRegex: a log line and a queue's message must not contain them.
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;

/**
 * Removes from a text of a receiver what may be secret: the given secrets, all of a URL but its
 * scheme and host, credentials, values named like a secret, and what looks like a key, also where
 * they are encoded as in a URL, in HTML or in JSON. The given secrets are found in upper and lower
 * case, and in base64. It cannot find every secret.
 *
 * @param secrets Texts that must not appear.
 * @returns One line of text.
 */
export function maskText(text: string, secrets: readonly string[]): string {
  // Most responses are empty, or shorter than any secret.
  const forms = (text.length < MIN_SECRET_LENGTH ? [] : secrets)
    .flatMap((secret) => [secret, decodeText(secret)])
    .filter(({ length }) => length >= MIN_SECRET_LENGTH)
    .flatMap((secret) => [secret, base64Of(secret, "base64"), base64Of(secret, "base64url")]);
  const longestFirst = [...new Set(forms)].toSorted((a, b) => b.length - a.length);
  const escaped = longestFirst.map((form) => form.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&"));
  // Without secrets, an expression that matches nothing.
  const known = new RegExp(escaped.join("|") || "(?!)", "gi");
  const masked = maskPlain(text.slice(0, MAX_LENGTH), known);
  const plain = decodeText(masked);
  const maskedPlain = maskPlain(plain, known);
  return (maskedPlain === plain ? masked : maskedPlain).replace(CONTROL, " ").trim();
}

/** Returns a text in base64, without the end that would be another one if the text went on. */
function base64Of(text: string, encoding: "base64" | "base64url"): string {
  const bytes = Buffer.from(text);
  return bytes.subarray(0, bytes.length - (bytes.length % 3)).toString(encoding);
}

function maskPlain(text: string, known: RegExp): string {
  const withoutNamed = text
    .replaceAll("\\/", "/")
    .replace(known, MASK)
    .replace(URLS, maskUrl)
    .replace(CREDENTIALS, `$1 ${MASK}`)
    .replace(NAMED, `$1${MASK}`);
  return FORMS.reduce((masked, form) => masked.replace(form, MASK), withoutNamed);
}

function maskUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null) return MASK;
  const name = `${url.protocol}//${url.host}`;
  return text === name || text === `${name}/` ? text : `${name}/${MASK}`;
}
