import { RainhooksError, toRainhooksError } from "@rainhooks/core/errors";
import { nodesOf } from "@rainhooks/core/event";
import { type AttemptResult, attempt } from "@rainhooks/sinks/http/attempt";
import { type ClassifyOptions, classify } from "@rainhooks/sinks/http/classify";
import { readCredentials } from "@rainhooks/sinks/http/credentials";
import { readRetryAfter } from "@rainhooks/sinks/http/retry-after";
import { webhookHeaders } from "@rainhooks/sinks/http/sign";
import { escapeForSqs } from "@rainhooks/sinks/sqs/message";
import type { Attempt, LoggedHeaders } from "../attempts/attempt.ts";
import { batchBody, batchValues, requestBody, templateValues } from "../bodies/body.ts";
import type { RequestBody } from "../bodies/cloud-event.ts";
import type { AuthKind } from "../destinations/destination.ts";
import type { Outcome } from "../schedule/next-attempt.ts";
import { validSecrets } from "../secrets/rotate.ts";
import type { DestinationSecrets } from "../secrets/secrets.ts";
import type { SendToTarget } from "../targets/send-to-target.ts";
import { targetNameOf } from "../targets/target.ts";
import type { Connections } from "./connections.ts";
import type { SendRequest } from "./request.ts";
import type { TokenCache } from "./token-cache.ts";
import { urlOf } from "./url-template.ts";

/** What the attempts of a process share. */
export interface AttemptResources {
  readonly connections: Connections;
  readonly tokens: TokenCache;
  readonly toTarget: SendToTarget;
  /** Maximum time of an attempt. */
  readonly timeoutMs: number;
  readonly source: string;
  readonly nowMs: () => number;
}

/** What an attempt has told. */
export interface TryResult extends Pick<Attempt, "url" | "headers" | "status" | "response" | "bodyBytes"> {
  /** The call to a target. */
  readonly method?: Attempt["method"];
  readonly outcome: Outcome;
}

/** Makes an attempt that begins at a time. It never throws. */
export async function tryOnce(
  request: SendRequest,
  shared: AttemptResources,
  atMs: number,
): Promise<TryResult> {
  const nothing = { url: request.destination.url, headers: {}, bodyBytes: 0 };
  try {
    // Before anything is sent: a body that cannot be made now can never be made.
    const body = bodyOf(request, shared.source);
    const bodyBytes = Buffer.byteLength(body.body);
    const sending = targetNameOf(request.destination.url) === undefined ? send : sendToTarget;
    const sent = sending(request, body, shared, atMs).catch((thrown) => ({
      ...nothing,
      outcome: failureOf(thrown),
    }));
    return { ...(await sent), bodyBytes };
  } catch (thrown) {
    return { ...nothing, outcome: { kind: "impossible", reason: toRainhooksError(thrown).message } };
  }
}

function bodyOf({ destination, events, isList, webhookId }: SendRequest, source: string): RequestBody {
  const sources = events.map((one) => ({ ...one, source }));
  const [first] = events;
  return isList
    ? batchBody(webhookId, sources, destination)
    : requestBody({ ...first, webhookId, source }, destination);
}

async function send(
  request: SendRequest,
  { body, headers: ofBody }: RequestBody,
  shared: AttemptResources,
  atMs: number,
): Promise<Omit<TryResult, "bodyBytes">> {
  const { destination, webhookId, events, isList } = request;
  const [{ event }] = events;
  const endsMs = performance.now() + shared.timeoutMs;
  const secrets = typeof request.secrets === "function" ? await request.secrets() : request.secrets;
  // The request for a token can have used all of the time. Then the attempt fails as one without a response.
  const remainingMs = () => Math.max(1, endsMs - performance.now());
  const { url, agent, name } = shared.connections.to(
    destination.id,
    urlOf(secrets.url, () =>
      isList ? batchValues(webhookId, events) : templateValues({ event, webhookId }),
    ),
    destination.concurrency,
  );
  const authorization = await authorizationOf(destination.auth, secrets, shared.tokens, remainingMs());
  const { headers, keys, mask } = readCredentials({
    url,
    headers: { ...secrets.headers, ...authorization.headers },
    sign: validSecrets(secrets, atMs),
    secrets: authorization.secrets,
  });
  const sent = { ...headers, ...ofBody, ...webhookHeaders({ id: webhookId, body, atMs }, keys) };
  const result = await attempt({ url, agent, headers: sent, body, timeoutMs: remainingMs() });
  if (result.kind === "response" && result.status === UNAUTHORIZED && secrets.oauth2 !== undefined)
    shared.tokens.forget(secrets.oauth2);
  const outcome = outcomeOf(result, { receiver: name, mask, nowMs: shared.nowMs() });
  return { outcome, url: name, headers: shownHeaders(sent, ofBody), ...responseOf(result, mask) };
}

async function sendToTarget(
  { destination: { url }, events: [{ event }], webhookId }: SendRequest,
  { body, headers }: RequestBody,
  { toTarget, timeoutMs, source }: AttemptResources,
): Promise<Omit<TryResult, "bodyBytes">> {
  const [nodeId] = nodesOf(event);
  const message = { webhookId, eventType: event.type, nodeId, body: escapeForSqs(body), headers, source };
  return { ...(await toTarget(targetNameOf(url) ?? "", message, timeoutMs)), url, headers };
}

const UNAUTHORIZED = 401;

function responseOf(
  result: AttemptResult,
  mask: (text: string) => string,
): Pick<Attempt, "status" | "response"> {
  if (result.kind === "failure") return {};
  return { status: result.status, response: beginning(mask(result.text), MAX_RESPONSE_BYTES) };
}

/**
 * Settings, secrets and tokens can be put right, so an event waits for that as for a receiver that is down.
 */
function failureOf(thrown: unknown): Outcome {
  const { message, permanent, retryAfterS } = toRainhooksError(thrown);
  return permanent
    ? { kind: "impossible", reason: message }
    : { kind: "failed", reason: message, retryAfterS };
}

/**
 * Returns the header that authenticates a request, and the secret that must not appear anywhere.
 *
 * @throws {RainhooksError} `secret-unavailable` if its secrets are missing, `sink-unavailable` if there is no
 * token.
 */
async function authorizationOf(
  kind: AuthKind,
  { basic, oauth2 }: DestinationSecrets,
  tokens: TokenCache,
  timeoutMs: number,
): Promise<{ readonly headers: { readonly authorization?: string }; readonly secrets: readonly string[] }> {
  if (kind === "none") return { headers: {}, secrets: [] };
  if (kind === "basic" && basic !== undefined) {
    const encoded = Buffer.from(`${basic.user}:${basic.password}`).toString("base64");
    return { headers: { authorization: `Basic ${encoded}` }, secrets: [basic.password] };
  }
  if (kind === "oauth2" && oauth2 !== undefined) {
    const token = await tokens.get(oauth2, timeoutMs);
    return { headers: { authorization: `Bearer ${token}` }, secrets: [oauth2.clientSecret] };
  }
  const message = `The destination authenticates with ${kind}, but its secrets do not contain that.`;
  throw new RainhooksError("secret-unavailable", message);
}

/** With this status, a receiver says that it is permanently gone. */
const GONE = 410;
/** With these, it says that something is wrong with this request, and not with how it is sent. */
const REFUSALS: ReadonlyMap<number, "content" | "size"> = new Map([
  [400, "content"],
  [413, "size"],
  [415, "content"],
  [422, "content"],
]);

/**
 * Decides what came of a request: a 2xx status is `delivered`, 410 is `gone`. Any other status can change,
 * when a receiver is put right, so it is `failed`, as no response is.
 */
function outcomeOf(result: AttemptResult, options: ClassifyOptions): Outcome {
  const error = classify(result, options);
  if (error === undefined) return { kind: "delivered" };
  const reason = error.message;
  if (result.kind === "failure") return { kind: "failed", reason };
  if (result.status === GONE) return { kind: "gone", reason };
  const retryAfterS = readRetryAfter(result.retryAfter, options.nowMs);
  return { kind: "failed", reason, retryAfterS, refuses: REFUSALS.get(result.status) };
}

/** Stands for a secret value. */
const MASK = "***";

/** Headers of a request whose values are no secrets. */
const PLAIN: ReadonlySet<string> = new Set(["content-type", "user-agent", "webhook-id", "webhook-timestamp"]);

/** Returns headers as the log of attempts has them; those of a body's format are no secrets. */
function shownHeaders(headers: LoggedHeaders, ofBody: LoggedHeaders): LoggedHeaders {
  const shown = (name: string) => PLAIN.has(name) || Object.hasOwn(ofBody, name);
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, shown(name) ? value : MASK]),
  );
}

/** Maximum bytes of a response in the log of attempts. */
const MAX_RESPONSE_BYTES = 4096;

/** Returns the beginning of a text, of whole characters. */
function beginning(text: string, maxBytes: number): string {
  // With `stream`, a character that is cut waits for its rest, which never comes.
  return new TextDecoder().decode(Buffer.from(text).subarray(0, maxBytes), { stream: true });
}
