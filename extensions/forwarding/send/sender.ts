import { nodesOf } from "@rainhooks/core/event";
import type { Attempt } from "../attempts/attempt.ts";
import { DEFAULT_SOURCE } from "../bodies/cloud-event.ts";
import type { Outcome } from "../schedule/next-attempt.ts";
import { noTarget, type SendToTarget } from "../targets/send-to-target.ts";
import { type ConnectionOptions, createConnections } from "./connections.ts";
import type { Sender, SendRequest } from "./request.ts";
import { createTokenCache } from "./token-cache.ts";
import { type AttemptResources, tryOnce } from "./try-once.ts";

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
 * Makes a sender. A request has the body of the destination's format, its own headers, its authorization, and
 * `webhook-id`, `webhook-timestamp` and `webhook-signature` of Standard Webhooks, with a signature for each
 * secret that counts. Only public addresses are called, also for tokens, unless `allowPrivate` says
 * otherwise; redirects are not followed.
 *
 * 2xx is `delivered`, 410 `gone`, everything else `failed`. A template that makes too large a body is
 * `impossible`; then no request is made.
 */
export function createSender(options: SenderOptions): Sender {
  const { timeoutMs = DEFAULT_TIMEOUT_MS, toTarget = noTarget, nowMs = Date.now } = options;
  const { source = DEFAULT_SOURCE } = options;
  const connections = createConnections(options);
  const tokens = createTokenCache(connections, nowMs);
  const shared: AttemptResources = { connections, tokens, toTarget, timeoutMs, source, nowMs };
  return {
    sendOnce: async (request) => {
      const atMs = nowMs();
      const startMs = performance.now();
      const { outcome, ...tried } = await tryOnce(request, shared, atMs);
      const durationMs = Math.round((performance.now() - startMs) * 10) / 10;
      const record = { ...frameOf(request), atMs, ...tried, durationMs, ...shownOutcome(outcome) };
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
    ...{ destination: destination.id, webhookId, attempt, method: "POST" as const },
    ...{ deliveryId: delivery.id, publishedMs: delivery.sentAtMs },
    eventType: types.size === 1 ? event.type : SEVERAL_TYPES,
    ...(isList ? { events: events.length } : {}),
    ...(nodeId === undefined ? {} : { nodeId }),
  };
}

function shownOutcome(outcome: Outcome): Pick<Attempt, "outcome" | "error"> {
  return outcome.kind === "delivered"
    ? { outcome: outcome.kind }
    : { outcome: outcome.kind, error: outcome.reason };
}
