import { isTimeMs } from "@rainhooks/core/decode/time";
import { inputError, messageOf, RainhooksError } from "@rainhooks/core/errors";
import { isJsonObject, tryParseJson } from "@rainhooks/core/json";
import type { Mistake } from "@rainhooks/core/mistake";
import { readHeaders } from "@rainhooks/sinks/http/headers";
import { readReceiver } from "@rainhooks/sinks/http/receiver";
import { signingKey } from "@rainhooks/sinks/http/sign";
import { MAX_HEADERS } from "../destinations/setting-fields.ts";
import { readUrlTemplate } from "../send/url-template.ts";
import { authsOf, CLIENT_AUTH_KINDS, type DestinationSecrets, MAX_SECRETS_BYTES } from "./secrets.ts";

/**
 * Reads the secrets of a destination. Its messages contain none of them.
 *
 * @throws {RainhooksError} `input-invalid`, with one line for each mistake.
 */
export function parseSecrets(json: string): DestinationSecrets {
  if (Buffer.byteLength(json) > MAX_SECRETS_BYTES)
    throw inputError({ problem: `The secrets have more than ${MAX_SECRETS_BYTES} bytes.` });
  const value = tryParseJson(json);
  if (!isJsonObject(value))
    throw inputError({ problem: "The secrets of a destination are a JSON object. They are not shown here." });
  return checkSecrets(value);
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

/** Returns what is wrong with a field. */
const FIELDS: { readonly [Name in keyof Required<DestinationSecrets>]: (value: unknown) => Mistake[] } = {
  url: (value) => [...urlMistakes(value, "url"), ...mistakeOf("url", () => readUrlTemplate(String(value)))],
  signingSecrets: signingMistakes,
  headers: headerMistakes,
  basic: (value) => (value === undefined ? [] : basicMistakes(value)),
  oauth2: (value) => (value === undefined ? [] : oauth2Mistakes(value)),
};

function checkSecrets(value: Readonly<Record<string, unknown>>): DestinationSecrets {
  const auths = authsOf(value);
  const mistakes = [
    ...unknownFields(value, Object.keys(FIELDS), ""),
    ...Object.entries(FIELDS).flatMap(([name, mistakesOf]) => mistakesOf(value[name])),
    ...(auths.length > 1 ? [{ problem: `Choose either ${auths.join(" or ")}.` }] : []),
  ];
  if (mistakes.length > 0) throw inputError(...mistakes);
  const secrets = value as unknown as DestinationSecrets;
  const headers = Object.entries(secrets.headers).map(([name, text]) => [name.toLowerCase(), text]);
  return { ...secrets, headers: Object.fromEntries(headers) };
}

function urlMistakes(value: unknown, name: string): Mistake[] {
  // Whether its address may be called is checked when it is called.
  return mistakeOf(name, () => readReceiver(typeof value === "string" ? value : "", true));
}

const MAX_SIGNING_SECRETS = 2;

function signingMistakes(value: unknown): Mistake[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > MAX_SIGNING_SECRETS)
    return [{ field: "signingSecrets", problem: `must be a list of 1 or ${MAX_SIGNING_SECRETS} secrets.` }];
  return value.flatMap((one: unknown, index) => {
    const name = `signingSecrets[${index}]`;
    if (!isJsonObject(one)) return [{ field: name, problem: "must be an object." }];
    const { secret, validUntilMs } = one;
    return [
      ...unknownFields(one, ["secret", "validUntilMs"], `${name}.`),
      ...mistakeOf(name, () => signingKey(typeof secret === "string" ? secret : "")),
      ...(validUntilMs === undefined || (isTimeMs(validUntilMs) && validUntilMs > 0)
        ? []
        : [{ field: `${name}.validUntilMs`, problem: "must be a time in epoch milliseconds." }]),
      ...(index === 0 && validUntilMs !== undefined
        ? [{ field: name, problem: "is the present secret, which has no end." }]
        : []),
    ];
  });
}

function headerMistakes(value: unknown): Mistake[] {
  if (!isJsonObject(value)) return [{ field: "headers", problem: "must be an object." }];
  const entries = Object.entries(value);
  if (entries.length > MAX_HEADERS)
    return [{ field: "headers", problem: `has more than ${MAX_HEADERS} headers.` }];
  const names = new Set(entries.map(([name]) => name.toLowerCase()));
  return [
    ...(names.size < entries.length ? [{ field: "headers", problem: "contains a header twice." }] : []),
    ...entries.flatMap(([name, text]) =>
      typeof text === "string"
        ? mistakeOf(undefined, () => readHeaders({ [name]: text }))
        : [{ problem: `The header ${JSON.stringify(name)} is not a text.` }],
    ),
  ];
}

function basicMistakes(value: unknown): Mistake[] {
  if (!isJsonObject(value)) return [{ field: "basic", problem: "must be an object." }];
  const { user } = value;
  return [
    ...unknownFields(value, ["user", "password"], "basic."),
    ...textMistakes(value, ["user", "password"], [], "basic."),
    ...(typeof user === "string" && user.includes(":")
      ? [{ field: "basic.user", problem: "cannot contain a colon." }]
      : []),
  ];
}

function oauth2Mistakes(value: unknown): Mistake[] {
  if (!isJsonObject(value)) return [{ field: "oauth2", problem: "must be an object." }];
  const optional = ["scope", "audience"];
  return [
    ...unknownFields(value, ["tokenUrl", "clientId", "clientSecret", "clientAuth", ...optional], "oauth2."),
    ...urlMistakes(value["tokenUrl"], "oauth2.tokenUrl"),
    ...textMistakes(value, ["clientId", "clientSecret"], optional, "oauth2."),
    ...(value["clientAuth"] === undefined || CLIENT_AUTH_KINDS.some((kind) => kind === value["clientAuth"])
      ? []
      : [{ field: "oauth2.clientAuth", problem: `must be ${CLIENT_AUTH_KINDS.join(" or ")}.` }]),
  ];
}

const CONTROL = /\p{Cc}/u;

function textMistakes(
  value: Readonly<Record<string, unknown>>,
  required: readonly string[],
  optional: readonly string[],
  prefix: string,
): Mistake[] {
  return [...required, ...optional].flatMap((name) => {
    const text = value[name];
    if (text === undefined && optional.includes(name)) return [];
    return typeof text === "string" && text !== "" && !CONTROL.test(text)
      ? []
      : [{ field: `${prefix}${name}`, problem: "must be a text without control characters, and not empty." }];
  });
}

/** A field that is not known may be a secret under a mistaken name: its name is shown, its value is not. */
function unknownFields(value: object, known: readonly string[], prefix: string): Mistake[] {
  return Object.keys(value)
    .filter((name) => !known.includes(name))
    .map((name) => ({ field: `${prefix}${JSON.stringify(name.slice(0, 40))}`, problem: "is not known." }));
}

function mistakeOf(field: string | undefined, check: () => unknown): Mistake[] {
  try {
    check();
    return [];
  } catch (error) {
    const [first = { problem: messageOf(error) }] = error instanceof RainhooksError ? error.mistakes : [];
    return [{ ...first, field }];
  }
}
