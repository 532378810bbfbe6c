import { type RainhooksError, toRainhooksError } from "@rainhooks/core/errors";
import { encodeItem } from "../encode.ts";
import { attemptInTime, checkLimits } from "../in-time.ts";
import { failAll, type Item, type ItemFailure, type Sink } from "../sink.ts";
import type { Lookup } from "./agent.ts";
import { attempt } from "./attempt.ts";
import { classify } from "./classify.ts";
import { type HttpConnection, provideConnection } from "./connection.ts";
import { type Credentials, provideCredentials } from "./credentials.ts";
import { webhookHeaders } from "./sign.ts";
import type { ValueSource } from "./value-source.ts";

/** One request for one item, and its outcome. */
export interface HttpAttempt {
  readonly itemId: string;
  /** The id that the receiver got: the same for every attempt of an event. */
  readonly webhookId: string;
  /** Scheme and host of the receiver. */
  readonly receiver: string;
  readonly startedAtMs: number;
  readonly durationMs: number;
  /** HTTP status; `undefined` when there was no response. */
  readonly status: number | undefined;
  /** The first 4,096 characters of the response, without secrets. */
  readonly text: string;
  /** Why the item was not delivered; `undefined` when it was. */
  readonly error: RainhooksError | undefined;
}

/** Options of {@link httpSink}. */
export interface HttpSinkOptions<Value> {
  /**
   * Where items are sent, or a function that returns it, called for each batch. An `https:` URL; in
   * a private network (`allowPrivate`), also `http:`.
   */
  readonly url: ValueSource<string>;
  /**
   * Headers of each request, or a function that returns them, called for each batch. @defaultValue
   * none
   */
  readonly headers?: ValueSource<Readonly<Record<string, string>>>;
  /**
   * Secrets of Standard Webhooks (`whsec_…`), or a function that returns them, called for each
   * batch. Requests have a signature for each. While a secret is replaced, give the new and the old
   * one.
   * @defaultValue none: requests are not signed
   */
  readonly sign?: ValueSource<string | readonly string[]>;
  /**
   * Maximum time of one request in milliseconds; never more than half of the time that the batch
   * has.
   * @defaultValue 10,000
   */
  readonly timeoutMs?: number;
  /** Maximum requests at once. @defaultValue 10 */
  readonly concurrency?: number;
  /** Returns the body of an item's request. @defaultValue the value as JSON */
  readonly toBody?: (value: Value) => string | Uint8Array;
  /**
   * Returns the `webhook-id` of an item. @defaultValue `deliveryId` of an event, otherwise the id
   * of the item
   */
  readonly toId?: (item: Item<Value>) => string;
  /** Called after each request. What it throws is ignored. */
  readonly onAttempt?: (attempt: HttpAttempt) => void;
  /**
   * Whether addresses that are not public may be called: all of them, or some subnets, such as
   * `["10.1.0.0/16"]`. @defaultValue false
   */
  readonly allowPrivate?: boolean | readonly string[];
  /** Certificates of authorities (PEM) to trust instead of those of Node.js. */
  readonly ca?: string;
  /** Finds the addresses of a name. @defaultValue `lookup` of `node:dns` */
  readonly lookup?: Lookup;
  /** @defaultValue `Date.now` */
  readonly nowMs?: () => number;
}

/**
 * Makes a sink that sends each item with a POST request. The headers `webhook-id` and
 * `webhook-timestamp` are those of [Standard Webhooks](https://www.standardwebhooks.com), with
 * secrets also `webhook-signature`.
 *
 * A 2xx status is a success. After 408, 429, 5xx or no response, the item is retried, not before
 * the receiver's `Retry-After` (up to 12 hours). Any other status, redirects included, sends the
 * record to the dead-letter queue. Items for which the time of the batch is too short are delivered
 * again without counting as failed.
 *
 * Only public addresses are called unless `allowPrivate` says otherwise. Messages contain the
 * scheme and host of the URL, never the rest, and of a response up to 1,024 characters without
 * secrets.
 *
 * @param options Where and how to send.
 * @returns A sink for {@link Sink.write}.
 * @throws {RainhooksError} `config-invalid` for options that can never work.
 *
 * @example
 * ```ts
 * import { httpSink } from "@rainhooks/webhook/sinks";
 *
 * const options = { url: "https://127.0.0.1/", allowPrivate: true, timeoutMs: 1000 };
 * const sink = httpSink<{ readonly door: string }>(options);
 * const [failure] = await sink.write([{ id: "1", value: { door: "open" } }]);
 * console.log(failure?.error.code); // sink-unavailable
 * ```
 */
export function httpSink<Value>(options: HttpSinkOptions<Value>): Sink<Value> {
  const { timeoutMs = 10_000, concurrency = 10, allowPrivate = false, ca, lookup } = options;
  checkLimits({ concurrency, timeoutMs });
  const connection = provideConnection({
    url: options.url,
    allowPrivate,
    maxSockets: concurrency,
    ca,
    lookup,
  });
  const credentials = provideCredentials({
    headers: options.headers ?? {},
    sign: options.sign ?? [],
  });
  const send = sender(options);

  return {
    write: async (items, context) => {
      try {
        const connected = await connection();
        const shared = { ...connected, ...(await credentials(connected.url)) };
        return await attemptInTime(items, {
          concurrency,
          timeoutMs,
          context,
          attempt: (item, attemptMs) => send(item, attemptMs, shared),
        });
      } catch (thrown) {
        return failAll(
          items.map(({ id }) => id),
          toRainhooksError(thrown),
        );
      }
    },
  };
}

/** Creates the function that sends one item. */
function sender<Value>({
  onAttempt,
  nowMs = Date.now,
  toBody = toJson,
  toId = idOf,
}: Pick<HttpSinkOptions<Value>, "toBody" | "toId" | "onAttempt" | "nowMs">) {
  return async (
    item: Item<Value>,
    timeoutMs: number,
    { name: receiver, url, agent, headers, keys, mask }: HttpConnection & Credentials,
  ): Promise<ItemFailure | undefined> => {
    const startedAtMs = nowMs();
    const encoded = encodeItem(item.id, () => {
      const message = { id: toId(item), body: toBody(item.value), atMs: startedAtMs };
      return { ...message, headers: { ...headers, ...webhookHeaders(message, keys) } };
    });
    if (!encoded.ok) return encoded.failure;
    const { id: webhookId, ...message } = encoded.output;
    const startMs = performance.now();
    const result = await attempt({ ...message, url, agent, timeoutMs });
    const durationMs = performance.now() - startMs;
    const error = classify(result, { receiver, mask, nowMs: nowMs() });
    tell(onAttempt, () => {
      const { status, text } = result.kind === "response" ? result : NO_RESPONSE;
      const shown = mask(text).slice(0, MAX_SHOWN);
      return {
        itemId: item.id,
        webhookId,
        receiver,
        startedAtMs,
        durationMs,
        status,
        text: shown,
        error,
      };
    });
    return error === undefined ? undefined : { id: item.id, error };
  };
}

const NO_RESPONSE = { status: undefined, text: "" };

/** Maximum characters of a response that an observer gets. */
const MAX_SHOWN = 4096;

function tell(
  onAttempt: ((attempt: HttpAttempt) => void) | undefined,
  one: () => HttpAttempt,
): void {
  try {
    onAttempt?.(one());
  } catch {
    // An observer does not change what has happened.
  }
}

function toJson(value: unknown): string {
  const text: string | undefined = JSON.stringify(value);
  if (text === undefined) throw new TypeError("it is not JSON");
  return text;
}

function idOf({ id, value }: Item<unknown>): string {
  const deliveryId =
    typeof value === "object" && value !== null && "deliveryId" in value ? value.deliveryId : id;
  return typeof deliveryId === "string" ? deliveryId : id;
}
