import type { KeyObject } from "node:crypto";
import { readHeaders, secretHeaderValues } from "./headers.ts";
import { maskText } from "./mask.ts";
import { signingKey } from "./sign.ts";
import { failToRead, readProvided, type ValueSource } from "./value-source.ts";

/** What the requests of a batch have in common, besides their URL. */
export interface Credentials {
  readonly headers: Readonly<Record<string, string>>;
  readonly keys: readonly KeyObject[];
  /** Removes these secrets, and what looks like one, from a text. */
  readonly mask: (text: string) => string;
}

/** What {@link provideCredentials} reads. */
export interface CredentialOptions {
  readonly headers: ValueSource<Readonly<Record<string, string>>>;
  readonly sign: ValueSource<string | readonly string[]>;
}

/**
 * Creates a function that returns the credentials for a batch to a URL. What is given as a value is
 * checked at once.
 *
 * @throws {RainhooksError} `config-invalid` for headers or secrets that are given as values and are
 * invalid.
 */
export function provideCredentials({
  headers,
  sign,
}: CredentialOptions): (url: URL) => Promise<Credentials> {
  if (typeof headers !== "function") readHeaders(headers);
  if (typeof sign !== "function") readKeys(sign);
  const provide = async (url: URL) =>
    readCredentials({ url, headers: await readProvided(headers), sign: await readProvided(sign) });
  return (url) => provide(url).catch(failToRead);
}

/**
 * A part of a path that is so long can be a token; a shorter one only if it is no word, such as
 * T0K3N-7. Words may stand in a response.
 */
const MIN_TOKEN_LENGTH = 16;
const WORD = /^(?:[A-Z]?[a-z]*|v\d+)(?:[-_.][a-z]*)*$/;

function isToken(part: string): boolean {
  return part.length >= MIN_TOKEN_LENGTH || !WORD.test(part);
}

/** What {@link readCredentials} reads. */
export interface CredentialInput {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly sign: string | readonly string[];
  /** Further texts that must not appear. */
  readonly secrets?: readonly string[];
}

/**
 * Reads the headers and secrets of requests to a URL.
 *
 * @throws {RainhooksError} `config-invalid` for invalid headers or secrets; the message contains
 * none of them.
 */
export function readCredentials({
  url,
  headers: chosen,
  sign,
  secrets: further = [],
}: CredentialInput): Credentials {
  const { href, pathname, search, searchParams } = url;
  const headers = readHeaders(chosen);
  const secrets = [
    href,
    `${pathname}${search}`,
    pathname,
    search.slice(1),
    ...searchParams.values(),
    ...pathname.split("/").filter(isToken),
    ...secretHeaderValues(headers),
    ...[sign].flat().map((secret) => secret.slice(secret.indexOf("_") + 1)),
    ...further,
  ];
  return { headers, keys: readKeys(sign), mask: (text) => maskText(text, secrets) };
}

function readKeys(sign: string | readonly string[]): KeyObject[] {
  return [sign].flat().map(signingKey);
}
