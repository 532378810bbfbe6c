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
import { DEFAULT_SOURCE, type RequestBody } from "../bodies/cloud-event.ts";
import type { AuthKind, Destination } from "../destinations/destination.ts";
import type { RequestEvent } from "../messages/attempt-message.ts";
import type { Outcome } from "../schedule/next-attempt.ts";
import { validSecrets } from "../secrets/rotate.ts";
import type { DestinationSecrets } from "../secrets/secrets.ts";
import { noTarget, type SendToTarget } from "../targets/send-to-target.ts";
import { targetNameOf } from "../targets/target.ts";
import { type ConnectionOptions, type Connections, createConnections } from "./connections.ts";
import { createTokenCache, type TokenCache } from "./token-cache.ts";
import { urlOf } from "./url-template.ts";

/** One attempt that is to be made. */
export interface SendRequest {
  readonly destination: Destination;
  /** If they cannot be had, the attempt fails. A target of the stage needs none. */
  readonly secrets: DestinationSecrets | (() => Promise<DestinationSecrets>);
  readonly events: readonly [RequestEvent, ...RequestEvent[]];
  /** Whether its body is a list, also of one event. @defaultValue false */
  readonly isList?: boolean;
  /** The same for every attempt. */
  readonly webhookId: string;
  /** Number of the attempt; the first is 1. */
  readonly attempt: number;
}

/** The outcome of an attempt, and its record for the log of attempts. */
export interface SendResult {
  readonly outcome: Outcome;
  readonly record: Attempt;
}

/** Sends events to destinations, and keeps connections and tokens for the next ones. */
export interface Sender {
  /** Makes one attempt. It never throws: what goes wrong is the outcome. */
  sendOnce(request: SendRequest): Promise<SendResult>;
  /** Closes its connections. */
  close(): void;
}

/** Options of {@link createSender}. */
export interface SenderOptions extends ConnectionOptions {
  /** Maximum time of an attempt, with getting a token. @defaultValue 15,000 */
  readonly timeoutMs?: number;
  /** Sends to the targets of the stage. @defaultValue it has none */
  readonly toTarget?: SendToTarget;
  /** `source` of CloudEvents. @defaultValue "/rainhooks" */
  readonly source?: string;
  /** @defaultValue `Date.now` */
  readonly nowMs?: () => number;
}

/** Event type of a request with events of several types, in the log of attempts. */
const SEVERAL_TYPES = "several";

const DEFAULT_TIMEOUT_MS = 15_000;

/**
 * Makes a sender. A request has the body of the destination's format, its own headers, its
 * authorization, and `webhook-id`, `webhook-timestamp` and `webhook-signature` of Standard
 * Webhooks, with a signature for each secret that counts. Only public addresses are called, also
 * for tokens, unless `allowPrivate` says otherwise; redirects are not followed.
 *
 * 2xx is `delivered`, 410 `gone`, everything else `failed`. A template that makes too large a body
 * is `impossible`; then no request is made.
 */
export function createSender(options: SenderOptions): Sender {
  const { timeoutMs = DEFAULT_TIMEOUT_MS, toTarget = noTarget, nowMs = Date.now } = options;
  const { source = DEFAULT_SOURCE } = options;
  const connections = createConnections(options);
  const tokens = createTokenCache(connections, nowMs);
  const shared = { connections, tokens, toTarget, timeoutMs, source, nowMs };
  return {
    sendOnce: async (request) => {
      const atMs = nowMs();
      const startMs = performance.now();
      const { outcome, ...tried } = await tryOnce(request, shared, atMs);
      const durationMs = Math.round((performance.now() - startMs) * 10) / 10;
      const about = outcome.kind === "delivered" ? {} : { error: outcome.reason };
      const record = {
        ...frameOf(request),
        atMs,
        ...tried,
        durationMs,
        outcome: outcome.kind,
        ...about,
      };
      return { outcome, record };
    },
    close: connections.close,
  };
}

function frameOf({ destination, events, isList = false, webhookId, attempt }: SendRequest) {
  const [{ event, delivery }] = events;
  const nodes = new Set(events.map((one) => nodesOf(one.event)[0]));
  const types = new Set(events.map((one) => one.event.type));
  const nodeId = nodes.size === 1 ? [...nodes][0] : undefined;
  return {
    destination: destination.id,
    webhookId,
    attempt,
    method: "POST" as const,
    deliveryId: delivery.id,
    publishedMs: delivery.sentAtMs,
    eventType: types.size === 1 ? event.type : SEVERAL_TYPES,
    ...(isList ? { events: events.length } : {}),
    ...(nodeId === undefined ? {} : { nodeId }),
  };
}

/** What the attempts of a process share. */
interface Resources extends Required<Omit<SenderOptions, keyof ConnectionOptions>> {
  readonly connections: Connections;
  readonly tokens: TokenCache;
}

/** What an attempt has told. */
interface AttemptReport
  extends Pick<Attempt, "url" | "headers" | "status" | "response" | "bodyBytes"> {
  /** The call to a target. */
  readonly method?: Attempt["method"];
  readonly outcome: Outcome;
}

/** Makes an attempt that begins at a time. It never throws. */
async function tryOnce(
  request: SendRequest,
  shared: Resources,
  atMs: number,
): Promise<AttemptReport> {
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
    return {
      ...nothing,
      outcome: { kind: "impossible", reason: toRainhooksError(thrown).message },
    };
  }
}

function bodyOf(
  { destination, events, isList, webhookId }: SendRequest,
  source: string,
): RequestBody {
  const sources = events.map((one) => ({ ...one, source }));
  const [first] = events;
  return isList
    ? batchBody(webhookId, sources, destination)
    : requestBody({ ...first, webhookId, source }, destination);
}

async function send(
  request: SendRequest,
  { body, headers: ofBody }: RequestBody,
  shared: Resources,
  atMs: number,
): Promise<Omit<AttemptReport, "bodyBytes">> {
  const { destination, webhookId, events, isList } = request;
  const [{ event }] = events;
  const endsMs = performance.now() + shared.timeoutMs;
  const secrets = typeof request.secrets === "function" ? await request.secrets() : request.secrets;
  // The request for a token can have used all of the time. Then the attempt fails as one without a
  // response.
  const remainingMs = () => Math.max(1, endsMs - performance.now());
  const { url, agent, name } = shared.connections.to(
    destination.id,
    urlOf(secrets.url, () =>
      isList ? batchValues(webhookId, events) : templateValues({ event, webhookId }),
    ),
    destination.concurrency,
  );
  const authorization = await authorizationOf(
    destination.auth,
    secrets,
    shared.tokens,
    remainingMs(),
  );
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
  const tried = { outcome, url: name, headers: shownHeaders(sent, ofBody) };
  if (result.kind === "failure") return tried;
  return {
    ...tried,
    status: result.status,
    response: beginning(mask(result.text), MAX_RESPONSE_BYTES),
  };
}

async function sendToTarget(
  { destination: { url }, events: [{ event }], webhookId }: SendRequest,
  { body, headers }: RequestBody,
  { toTarget, timeoutMs, source }: Resources,
): Promise<Omit<AttemptReport, "bodyBytes">> {
  const [nodeId] = nodesOf(event);
  const message = {
    webhookId,
    eventType: event.type,
    nodeId,
    body: escapeForSqs(body),
    headers,
    source,
  };
  return { ...(await toTarget(targetNameOf(url) ?? "", message, timeoutMs)), url, headers };
}

const UNAUTHORIZED = 401;

/**
 * Settings, secrets and tokens can be put right, so an event waits for that as for a receiver that
 * is down.
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
 * @throws {RainhooksError} `secret-unavailable` if its secrets are missing, `sink-unavailable` if
 * there is no token.
 */
async function authorizationOf(
  kind: AuthKind,
  { basic, oauth2 }: DestinationSecrets,
  tokens: TokenCache,
  timeoutMs: number,
): Promise<{
  readonly headers: { readonly authorization?: string };
  readonly secrets: readonly string[];
}> {
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
 * Decides what came of a request: a 2xx status is `delivered`, 410 is `gone`. Any other status can
 * change, when a receiver is put right, so it is `failed`, as no response is.
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
const PLAIN: ReadonlySet<string> = new Set([
  "content-type",
  "user-agent",
  "webhook-id",
  "webhook-timestamp",
]);

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
