/** Shorter secrets are not looked for: they would appear everywhere. */
const MIN_SECRET_LENGTH = 6;
const MASK = "***";

const URLS = /\b[a-z][a-z0-9+.-]*:\/\/[^\s"'<>()\\]+/gi;
const CREDENTIALS = /\b(Bearer|Basic)\s+[^\s"',;]+/gi;
const NAMED =
  /((?:authorization|cookie|credential|passw(?:or)?d|secret|session|signature|token|api[-_ ]?key|access[-_ ]?key)[\w-]*\\?["']?\s*[:=]\s*\\?["']?)(?!\*\*\*|(?:Bearer|Basic) \*\*\*)[^\s"',;&}\\]+/gi;
/** Secrets by their form: of Standard Webhooks, JSON web tokens, access keys of AWS, and any long mixture of letters and digits. */
const FORMS =
  /\b(?:whsec_[\w+/=-]+|eyJ[\w-]+\.[\w.-]+|A[KS]IA[A-Z0-9]{16}|(?=[\w+/-]*\d)(?=[\w+/-]*[a-z])[\w+/-]{40,}=*)/gi;
// biome-ignore lint/suspicious/noControlCharactersInRegex: a log line and a queue's message must not contain them.
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;

/**
 * Removes from a text of a receiver what may be secret: the given secrets, all of a URL but its scheme and host, credentials,
 * values named like a secret, and what looks like a key. It cannot find every secret.
 *
 * @param secrets Texts that must not appear.
 * @returns One line of text.
 *
 * @example
 * ```ts
 * import { maskText } from "@rainhooks/sinks/http";
 *
 * console.log(maskText("Bad token=abc at https://example.com/a?key=b", [])); // Bad token=*** at https://example.com/***
 * ```
 */
export function maskText(text: string, secrets: readonly string[]): string {
  const known = secrets
    .filter(({ length }) => length >= MIN_SECRET_LENGTH)
    .toSorted((a, b) => b.length - a.length);
  return known
    .reduce((masked, secret) => masked.replaceAll(secret, MASK), text.replaceAll("\\/", "/"))
    .replace(URLS, maskUrl)
    .replace(CREDENTIALS, `$1 ${MASK}`)
    .replace(NAMED, `$1${MASK}`)
    .replace(FORMS, MASK)
    .replace(CONTROL, " ")
    .trim();
}

function maskUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null) return MASK;
  const name = `${url.protocol}//${url.host}`;
  return text === name || text === `${name}/` ? text : `${name}/${MASK}`;
}
