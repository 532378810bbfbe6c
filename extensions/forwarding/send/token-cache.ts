import { createHash } from "node:crypto";
import { defined } from "@rainhooks/core/collections";
import { HOUR_MS, SECOND_MS } from "@rainhooks/core/durations";
import { RainhooksError } from "@rainhooks/core/errors";
import { isJsonObject, tryParseJson } from "@rainhooks/core/json";
import { attempt } from "@rainhooks/sinks/http/attempt";
import { classify } from "@rainhooks/sinks/http/classify";
import { maskText } from "@rainhooks/sinks/http/mask";
import type { OAuth2Secrets } from "../secrets/secrets.ts";
import type { Connections } from "./connections.ts";

/** Gets tokens by OAuth 2.0 client credentials, and keeps them until shortly before they end. */
export type TokenCache = ReturnType<typeof createTokenCache>;

/** A token is replaced so long before its end. */
const MARGIN_MS = 30 * SECOND_MS;
/** How long a token without an end is kept. */
const DEFAULT_LIFE_S = 300;
const MAX_LIFE_MS = 12 * HOUR_MS;
const MAX_SOCKETS = 4;
const OWNER = "oauth2 ";

/** Makes a cache of tokens. Requests for the same one at the same time are one request. */
export function createTokenCache(connections: Connections, nowMs: () => number) {
  const all = new Map<string, Promise<Token>>();
  return {
    /**
     * Returns a token.
     *
     * @throws {RainhooksError} `sink-unavailable` if there is none; the message contains no secret.
     */
    get: async (secrets: OAuth2Secrets, timeoutMs: number) => {
      const key = keyOf(secrets);
      const last = all.get(key);
      if (last !== undefined) {
        const { token, expiresAtMs } = await last;
        if (nowMs() < expiresAtMs) return token;
        // Another one that waited for it may have requested the next one.
        if (all.get(key) === last) all.delete(key);
      }
      const token = all.get(key) ?? requestToken(secrets, timeoutMs, connections, nowMs);
      all.set(key, token);
      token.catch(() => all.get(key) === token && all.delete(key));
      return (await token).token;
    },
    /** Forgets a token that a receiver has refused. */
    forget: (secrets: OAuth2Secrets) => void all.delete(keyOf(secrets)),
  };
}

function keyOf(secrets: OAuth2Secrets): string {
  const fields = Object.entries(secrets).sort();
  return createHash("sha256").update(JSON.stringify(fields)).digest("base64");
}

interface Token {
  readonly token: string;
  readonly expiresAtMs: number;
}

async function requestToken(
  secrets: OAuth2Secrets,
  timeoutMs: number,
  connections: Connections,
  nowMs: () => number,
): Promise<Token> {
  const { tokenUrl, clientId, clientSecret, clientAuth, scope, audience } = secrets;
  const { url, agent, name } = connections.to(
    `${OWNER}${clientId} ${tokenUrl}`,
    tokenUrl,
    MAX_SOCKETS,
  );
  // RFC 6749, 2.3.1: both are encoded as in a form, then sent as user and password.
  const basic = Buffer.from(`${formText(clientId)}:${formText(clientSecret)}`).toString("base64");
  const isInBody = clientAuth === "body";
  const body = new URLSearchParams({
    grant_type: "client_credentials",
    ...(isInBody ? { client_id: clientId, client_secret: clientSecret } : {}),
    ...defined({ scope, audience }),
  });
  const headers = {
    ...(isInBody ? {} : { authorization: `Basic ${basic}` }),
    "content-type": "application/x-www-form-urlencoded",
    accept: "application/json",
    "user-agent": "rainhooks",
  };
  const result = await attempt({ url, agent, headers, body: body.toString(), timeoutMs });
  const hidden = [
    clientSecret,
    basic,
    formText(clientSecret),
    url.href,
    `${url.pathname}${url.search}`,
  ];
  const mask = (text: string) => maskText(text, hidden);
  const error = classify(result, { receiver: name, mask, nowMs: nowMs() });
  if (error !== undefined) throw noToken(error.message, error.retryAfterS);
  const token = readToken(result.kind === "response" ? result.text : "", nowMs());
  if (token === undefined) throw noToken(`${name} responded with no bearer token within 8 KB.`);
  return token;
}

function formText(text: string): string {
  return new URLSearchParams({ a: text }).toString().slice("a=".length);
}

/** A bearer token, as a header can contain it (RFC 6750, 2.1). */
const TOKEN = /^[\x21-\x7e]+$/;

function readToken(text: string, nowMs: number): Token | undefined {
  const value = tryParseJson(text);
  if (!isJsonObject(value)) return undefined;
  const { access_token: token, token_type: type = "bearer", expires_in: life } = value;
  if (typeof token !== "string" || !TOKEN.test(token)) return undefined;
  if (typeof type !== "string" || type.toLowerCase() !== "bearer") return undefined;
  const seconds = Number(life ?? DEFAULT_LIFE_S);
  const lifeMs = Number.isFinite(seconds) ? seconds * SECOND_MS : DEFAULT_LIFE_S * SECOND_MS;
  return { token, expiresAtMs: nowMs + Math.min(lifeMs, MAX_LIFE_MS) - MARGIN_MS };
}

function noToken(reason: string, retryAfterS?: number): RainhooksError {
  return new RainhooksError("sink-unavailable", `No OAuth 2.0 token: ${reason}`, { retryAfterS });
}
