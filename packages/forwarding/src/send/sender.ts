import { type Delivery, nodesOf, type RainmakerEvent, toRainhooksError } from "@rainhooks/core";
import { type AttemptResult, attempt, readCredentials, webhookHeaders } from "@rainhooks/sinks/http";
import type { Attempt } from "../attempts/attempt.ts";
import { type BodyOptions, requestBody } from "../bodies/body.ts";
import type { RequestBody } from "../bodies/source.ts";
import { parseTemplate } from "../bodies/template/parse.ts";
import type { Destination } from "../destinations/destination.ts";
import type { Outcome } from "../schedule/outcome.ts";
import { validSecrets } from "../secrets/rotate.ts";
import type { DestinationSecrets } from "../secrets/secrets.ts";
import { authorizationOf } from "./authorization.ts";
import { type ConnectionOptions, createConnections } from "./connections.ts";
import { outcomeOf } from "./outcome-of.ts";
import { beginning, MAX_RESPONSE_BYTES, shownHeaders } from "./shown.ts";
import { createTokenCache } from "./token-cache.ts";

/** Options of {@link createSender}. */
export interface SenderOptions extends ConnectionOptions {
  /** Maximum time of an attempt, with getting a token. @defaultValue 15,000 */
  readonly timeoutMs?: number;
  /** `source` of CloudEvents. @defaultValue "/rainhooks" */
  readonly source?: string;
  /** @defaultValue `Date.now` */
  readonly nowMs?: () => number;
}

/** One attempt that is to be made. */
export interface SendRequest {
  readonly destination: Destination;
  readonly secrets: DestinationSecrets;
  readonly delivery: Delivery;
  readonly event: RainmakerEvent;
  /** The same for every attempt. */
  readonly webhookId: string;
  /** Number of the attempt; the first is 1. */
  readonly attempt: number;
  /** Maximum time of this attempt, if less than that of the sender. */
  readonly timeoutMs?: number;
}

/** What came of an attempt, and what the log of attempts keeps of it. */
export interface Sent {
  readonly outcome: Outcome;
  readonly record: Attempt;
}

/** Sends events to destinations, and keeps connections and tokens for the next ones. */
export interface Sender {
  /** Makes one attempt. It never throws: what goes wrong is the outcome. */
  sendOnce(request: SendRequest): Promise<Sent>;
  /** Closes its connections. */
  close(): void;
}

const DEFAULT_TIMEOUT_MS = 15_000;

/**
 * Makes a sender. A request has the body of the destination's format, its own headers, its authorization, and `webhook-id`,
 * `webhook-timestamp` and `webhook-signature` of Standard Webhooks, with a signature for each secret that counts. Only public addresses are
 * called, also for tokens, unless `allowPrivate` says otherwise; redirects are not followed.
 *
 * 2xx is `delivered`, 410 `gone`, everything else `failed`. A template that makes too large a body is `impossible`; then no request is made.
 *
 * @example
 * ```ts
 * import { decode, readDelivery } from "@rainhooks/core";
 * import { createSender, destinationOf, newSigningSecret, readSettings, webhookIdOf } from "@rainhooks/forwarding";
 *
 * const destination = destinationOf(readSettings({ id: "crm", url: "https://10.0.0.7" }), { nowMs: Date.now() });
 * const secrets = { url: "https://10.0.0.7/hooks", signingSecrets: [{ secret: newSigningSecret() }], headers: {} };
 * const body = JSON.stringify({ event_type: "rmaker.event.alert", event_data: { node_id: "kitchen", message_body: "Too hot" } });
 * const delivery = readDelivery({ messageId: "0b1c", body, attributes: { SentTimestamp: "1732435200500" } });
 * const decoded = decode(delivery);
 * const sender = createSender({});
 * if (decoded.kind === "event") {
 *   const webhookId = webhookIdOf(decoded.event, destination);
 *   const { record } = await sender.sendOnce({ destination, secrets, delivery, event: decoded.event, webhookId, attempt: 1 });
 *   console.log(record.outcome, record.error?.slice(0, 54)); // failed The address of https://10.0.0.7 is private or reserved
 * }
 * ```
 */
export function createSender(options: SenderOptions): Sender {
  const { timeoutMs: maxMs = DEFAULT_TIMEOUT_MS, source, nowMs = Date.now } = options;
  const connections = createConnections(options);
  const tokens = createTokenCache(connections, nowMs);

  /** Makes the body, before anything is sent: what cannot be made fails for good. */
  function bodyOf({ destination, delivery, event, webhookId }: SendRequest): RequestBody {
    const from = { delivery, event, webhookId, ...(source === undefined ? {} : { source }) };
    return requestBody(from, bodyOptions(destination));
  }

  async function send(
    request: SendRequest,
    { body, headers: ofBody }: RequestBody,
    atMs: number,
  ): Promise<Tried> {
    const { destination, secrets, webhookId } = request;
    const endsMs = performance.now() + Math.min(request.timeoutMs ?? maxMs, maxMs);
    const { url, agent, name } = connections.to(destination.id, secrets.url, destination.concurrency);
    const authorization = await authorizationOf(
      destination.auth,
      secrets,
      tokens,
      endsMs - performance.now(),
    );
    const { headers, keys, mask } = readCredentials({
      url,
      headers: { ...secrets.headers, ...authorization.headers },
      sign: validSecrets(secrets, atMs),
      secrets: authorization.secrets,
    });
    const signed = webhookHeaders({ id: webhookId, body, atMs }, keys);
    const sent = { ...headers, ...ofBody, ...signed };
    // A request without time would look like a receiver that does not respond.
    const timeoutMs = Math.max(1, endsMs - performance.now());
    const result = await attempt({ url, agent, headers: sent, body, timeoutMs });
    if (result.kind === "response" && result.status === 401 && secrets.oauth2 !== undefined)
      tokens.forget(secrets.oauth2);
    const outcome = outcomeOf(result, { receiver: name, mask, nowMs: nowMs() });
    return { outcome, url: name, headers: shownHeaders(sent, ofBody), ...responseOf(result, mask) };
  }

  async function tryOnce(
    request: SendRequest,
    atMs: number,
  ): Promise<Tried & { readonly bodyBytes: number }> {
    const tried = { url: request.destination.url, headers: {}, bodyBytes: 0 };
    try {
      const body = bodyOf(request);
      const bodyBytes = Buffer.byteLength(body.body);
      const sent = await send(request, body, atMs).catch((thrown) => ({
        ...tried,
        outcome: failureOf(thrown),
      }));
      return { ...sent, bodyBytes };
    } catch (thrown) {
      return { ...tried, outcome: { kind: "impossible", reason: toRainhooksError(thrown).message } };
    }
  }

  return {
    sendOnce: async (request) => {
      const atMs = nowMs();
      const startMs = performance.now();
      const { outcome, ...tried } = await tryOnce(request, atMs);
      const durationMs = Math.round((performance.now() - startMs) * 10) / 10;
      return {
        outcome,
        record: { ...frameOf(request), atMs, ...tried, durationMs, ...shownOutcome(outcome) },
      };
    },
    close: () => connections.close(),
  };
}

/** What an attempt has told. */
interface Tried extends Pick<Attempt, "url" | "headers" | "status" | "response"> {
  readonly outcome: Outcome;
}

function bodyOptions({ format, template = "null" }: Destination): BodyOptions {
  return format === "template" ? { format, template: parseTemplate(template) } : { format };
}

function responseOf(
  result: AttemptResult,
  mask: (text: string) => string,
): Pick<Attempt, "status" | "response"> {
  if (result.kind === "failure") return {};
  return { status: result.status, response: beginning(mask(result.text), MAX_RESPONSE_BYTES) };
}

/** Settings, secrets and tokens can be put right, so an event waits for that as for a receiver that is down. */
function failureOf(thrown: unknown): Outcome {
  const { message, permanent, retryAfterS } = toRainhooksError(thrown);
  return permanent
    ? { kind: "impossible", reason: message }
    : { kind: "failed", reason: message, retryAfterS };
}

function frameOf({ destination, event, webhookId, attempt: number }: SendRequest) {
  const [nodeId] = nodesOf(event);
  return {
    destination: destination.id,
    webhookId,
    eventType: event.type,
    ...(nodeId === undefined ? {} : { nodeId }),
    attempt: number,
    method: "POST" as const,
  };
}

function shownOutcome(outcome: Outcome): Pick<Attempt, "outcome" | "error"> {
  return outcome.kind === "delivered"
    ? { outcome: outcome.kind }
    : { outcome: outcome.kind, error: outcome.reason };
}
