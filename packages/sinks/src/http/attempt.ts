import type http from "node:http";
import { nodeHttp } from "./node-http.ts";

/** One request to a receiver. */
export interface AttemptRequest {
  readonly url: URL;
  readonly agent: http.Agent;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  /** Maximum time of the attempt: name lookup, connection, request and response. */
  readonly timeoutMs: number;
}

/** What came of a request: a response, or the reason why there is none. */
export type AttemptResult =
  | {
      readonly kind: "response";
      readonly status: number;
      readonly retryAfter: string | undefined;
      readonly location: string | undefined;
      /** The beginning of the response. */
      readonly text: string;
    }
  | { readonly kind: "failure"; readonly reason: string };

/**
 * Bytes of a response that are kept: more than is ever shown, so that a secret at the end of that
 * is masked as a whole.
 */
const MAX_KEPT_BYTES = 8192;
/**
 * Bytes of a response that are read, so that its connection can be used again. After that, the
 * connection is closed.
 */
const MAX_READ_BYTES = 65_536;

/**
 * Sends one POST request. It never throws, never follows a redirect, and reads only the beginning
 * of the response; once a status has arrived, the result is that status, whatever happens to the
 * rest.
 */
export async function attempt(request: AttemptRequest): Promise<AttemptResult> {
  const endsMs = performance.now() + request.timeoutMs;
  for (;;) {
    const result = await send(request, endsMs - performance.now());
    if (result.kind !== "stale") return result;
  }
}

/**
 * The receiver had closed a connection that was kept alive, which shows only when it is used. In
 * Lambda this is common: a function sleeps between invocations.
 */
interface Stale {
  readonly kind: "stale";
}

const STALE_CODES = new Set(["ECONNRESET", "EPIPE"]);

function send(
  { url, agent, headers, body, timeoutMs }: AttemptRequest,
  leftMs: number,
): Promise<AttemptResult | Stale> {
  const { promise, resolve } = Promise.withResolvers<AttemptResult | Stale>();
  // Whether the connection is encrypted is decided by the agent. Of several calls of resolve, the
  // first one counts.
  const sent = nodeHttp.request({
    method: "POST",
    agent,
    protocol: url.protocol,
    hostname: url.hostname.startsWith("[") ? url.hostname.slice(1, -1) : url.hostname,
    port: url.port,
    path: `${url.pathname}${url.search}`,
    headers: headerList(url, headers, body),
  });
  let responded = false;
  const end = (result: AttemptResult | Stale) => {
    if (!responded) resolve(result);
  };
  const timer = setTimeout(() => {
    end(failure(`no response within ${Math.round(timeoutMs)} ms`));
    sent.destroy();
  }, leftMs);
  sent.on("response", (response) => {
    responded = true;
    readResponse(response, resolve);
  });
  sent.on("error", (error: NodeJS.ErrnoException) => {
    const stale = sent.reusedSocket && STALE_CODES.has(error.code ?? "");
    end(stale ? { kind: "stale" } : failure(error.message || `${error.code}`));
  });
  sent.on("close", () => {
    clearTimeout(timer);
    end(failure("the connection was closed without a response"));
  });
  sent.end(body);
  return promise;
}

function failure(reason: string): AttemptResult {
  return { kind: "failure", reason };
}

/**
 * Names and values in turn: Node.js writes such a list as it is, which takes a fraction of the time
 * of an object.
 */
function headerList(
  { host }: URL,
  headers: Readonly<Record<string, string>>,
  body: string | Uint8Array,
): string[] {
  const list = ["host", host];
  for (const [name, value] of Object.entries(headers)) list.push(name, value);
  list.push("content-length", String(Buffer.byteLength(body)));
  return list;
}

function readResponse(
  response: http.IncomingMessage,
  resolve: (result: AttemptResult) => void,
): void {
  const kept: Uint8Array[] = [];
  let bytes = 0;
  // The status has arrived, and says enough, whatever happens to the rest.
  const end = () =>
    resolve({
      kind: "response",
      status: response.statusCode ?? 0,
      retryAfter: response.headers["retry-after"],
      location: response.headers.location,
      text: kept.length === 0 ? "" : Buffer.concat(kept).subarray(0, MAX_KEPT_BYTES).toString(),
    });
  response.on("data", (chunk: Uint8Array) => {
    if (bytes < MAX_KEPT_BYTES) kept.push(chunk);
    bytes += chunk.length;
    if (bytes > MAX_READ_BYTES) response.destroy();
  });
  response.on("end", end);
  response.on("error", end);
  response.on("close", end);
}
