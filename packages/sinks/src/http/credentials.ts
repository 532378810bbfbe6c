import type { KeyObject } from "node:crypto";
import { messageOf, RainhooksError } from "@rainhooks/core";
import { readHeaders, secretHeaderValues } from "./headers.ts";
import { maskText } from "./mask.ts";
import { signingKey } from "./sign.ts";

/** A value, or a function that returns it, for example from a store of secrets. */
export type Provided<T> = T | (() => T | Promise<T>);

/** What the requests of a batch have in common, besides their URL. */
export interface Credentials {
  readonly headers: Readonly<Record<string, string>>;
  readonly keys: readonly KeyObject[];
  /** Removes these secrets, and what looks like one, from a text. */
  readonly mask: (text: string) => string;
}

/** What {@link provideCredentials} reads. */
export interface CredentialOptions {
  readonly url: URL;
  readonly headers: Provided<Readonly<Record<string, string>>>;
  readonly sign: Provided<string | readonly string[]>;
}

/**
 * Creates a function that returns the credentials for a batch. What is given as a value is checked at once.
 *
 * @throws {RainhooksError} `config-invalid` for headers or secrets that are given as values and are invalid.
 */
export function provideCredentials({ url, headers, sign }: CredentialOptions): () => Promise<Credentials> {
  if (typeof headers !== "function") readHeaders(headers);
  if (typeof sign !== "function") readKeys(sign);
  const provide = async () => read(url, await valueOfProvided(headers), await valueOfProvided(sign));
  return () => provide().catch(rethrow);
}

function valueOfProvided<T>(provided: Provided<T>): T | Promise<T> {
  return isFunction(provided) ? provided() : provided;
}

function isFunction<T>(provided: Provided<T>): provided is () => T | Promise<T> {
  return typeof provided === "function";
}

function read(
  { href, pathname, search, searchParams }: URL,
  chosen: Readonly<Record<string, string>>,
  sign: string | readonly string[],
): Credentials {
  const headers = readHeaders(chosen);
  const secrets = [
    ...[href, `${pathname}${search}`, search.slice(1), ...searchParams.values()],
    ...secretHeaderValues(headers),
    ...[sign].flat(),
  ];
  return { headers, keys: readKeys(sign), mask: (text) => maskText(text, secrets) };
}

function readKeys(sign: string | readonly string[]): KeyObject[] {
  return [sign].flat().map(signingKey);
}

/** Whatever is wrong with the credentials, it is not the items: they wait until it is put right. */
function rethrow(cause: unknown): never {
  const message = `The headers or secrets of the receiver cannot be read: ${messageOf(cause)}`;
  throw new RainhooksError("sink-unavailable", message, { cause });
}
