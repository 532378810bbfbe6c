import { inputError, messageOf, RainhooksError } from "@rainhooks/core/errors";
import { choiceField, type Kind, patternField, textField } from "@rainhooks/core/fields";
import { isJsonObject, type JsonObject, tryParseJson } from "@rainhooks/core/json";
import type { Mistake } from "@rainhooks/core/mistake";
import { readHeaders } from "@rainhooks/sinks/http/headers";
import { readReceiver } from "@rainhooks/sinks/http/receiver";
import { signingKey } from "@rainhooks/sinks/http/sign";
import { MAX_HEADERS } from "../destinations/setting-fields.ts";
import { readUrlTemplate } from "../send/url-template.ts";
import {
  authsOf,
  CLIENT_AUTH_KINDS,
  type DestinationSecrets,
  MAX_SECRETS_BYTES,
} from "./secrets.ts";

/**
 * Reads the secrets of a destination. Its messages contain none of them, and name the fields of
 * requests.
 *
 * @throws {RainhooksError} `input-invalid`, with one line for each mistake.
 */
export function parseSecrets(json: string): DestinationSecrets {
  if (Buffer.byteLength(json) > MAX_SECRETS_BYTES)
    throw inputError({ problem: `The secrets have more than ${MAX_SECRETS_BYTES} bytes.` });
  const value = tryParseJson(json);
  if (!isJsonObject(value))
    throw inputError({
      problem: "The secrets of a destination are a JSON object. They are not shown here.",
    });
  const auths = authsOf(value);
  const mistakes = [
    ...Object.entries(checksOf(value)).flatMap(([field, check]) => mistakesOf(field, check)),
    ...(auths.length > 1 ? [{ problem: `Choose either ${auths.join(" or ")}.` }] : []),
  ];
  if (mistakes.length > 0) throw inputError(...mistakes);
  const secrets = value as unknown as DestinationSecrets;
  const headers = Object.entries(secrets.headers).map(([name, text]) => [name.toLowerCase(), text]);
  return { ...secrets, headers: Object.fromEntries(headers) };
}

/**
 * Returns the text of secrets, as {@link parseSecrets} reads it.
 *
 * @throws {RainhooksError} `input-invalid` for what `parseSecrets` would not read.
 */
export function formatSecrets(secrets: DestinationSecrets): string {
  const text = JSON.stringify(secrets);
  parseSecrets(text);
  return text;
}

const USER = patternField(/^[^:\p{Cc}]+$/u, "a text without a colon");
const TEXT = textField({ max: MAX_SECRETS_BYTES });
const CLIENT_AUTH = choiceField(CLIENT_AUTH_KINDS);

/**
 * Returns a check for each field of a request. It throws for what is wrong, without repeating it.
 */
function checksOf({ url, signingSecrets, headers, basic, oauth2 }: JsonObject) {
  const { user, password } = isJsonObject(basic) ? basic : {};
  const { tokenUrl, clientId, clientSecret, ...more } = isJsonObject(oauth2) ? oauth2 : {};
  const check = (kind: Kind<unknown>, value: unknown) => () => requireKind(kind, value);
  const ifThere = (kind: Kind<unknown>, value: unknown) => () =>
    value === undefined || requireKind(kind, value);
  return {
    url: () => readUrlTemplate(receiverUrl(url)),
    secret: () => checkSigningSecrets(signingSecrets),
    header: () => checkHeaders(headers),
    ...(basic !== undefined && { basic: check(USER, user), password: check(TEXT, password) }),
    ...(oauth2 !== undefined && {
      oauth2: () => receiverUrl(tokenUrl),
      clientId: check(TEXT, clientId),
      clientSecret: check(TEXT, clientSecret),
      clientAuth: ifThere(CLIENT_AUTH, more["clientAuth"]),
      scope: ifThere(TEXT, more["scope"]),
      audience: ifThere(TEXT, more["audience"]),
    }),
  };
}

function mistakesOf(field: string, check: () => unknown): Mistake[] {
  try {
    check();
    return [];
  } catch (error) {
    const [first = { problem: messageOf(error) } as Mistake] =
      error instanceof RainhooksError ? error.mistakes : [];
    return [{ ...first, field, remedy: first.kind === "has-user" ? "Use --basic." : first.remedy }];
  }
}

function requireKind(kind: Kind<unknown>, value: unknown): void {
  if (!kind(value).ok) throw inputError({ problem: `must be ${kind.rule()}.` });
}

/** Whether its address may be called is checked when it is called. */
function receiverUrl(value: unknown): string {
  const url = typeof value === "string" ? value : "";
  readReceiver(url, true);
  return url;
}

const MAX_SIGNING_SECRETS = 2;

function checkSigningSecrets(value: unknown): void {
  if (!Array.isArray(value) || value.length === 0 || value.length > MAX_SIGNING_SECRETS)
    throw inputError({ problem: `must be a list of 1 or ${MAX_SIGNING_SECRETS} secrets.` });
  for (const { secret } of value.map((one) => (isJsonObject(one) ? one : {})))
    signingKey(typeof secret === "string" ? secret : "");
}

function checkHeaders(value: unknown): void {
  if (!isJsonObject(value)) throw inputError({ problem: "must be an object." });
  const names = Object.keys(value).map((name) => name.toLowerCase());
  if (names.length > MAX_HEADERS)
    throw inputError({ problem: `has more than ${MAX_HEADERS} headers.` });
  if (new Set(names).size < names.length) throw inputError({ problem: "contains a header twice." });
  for (const [name, text] of Object.entries(value)) {
    if (typeof text !== "string") throw inputError({ problem: `${name} is not a text.` });
    readHeaders({ [name]: text });
  }
}
