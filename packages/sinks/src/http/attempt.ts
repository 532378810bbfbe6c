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

/** Bytes of a response that are kept: more than is ever shown, so that a secret at the end of that is masked as a whole. */
const MAX_KEPT_BYTES = 8192;
/** Bytes of a response that are read, so that its connection can be used again. After that, the connection is closed. */
const MAX_READ_BYTES = 65_536;

/**
 * Sends one POST request. It never throws, never follows a redirect, and reads only the beginning of the response; once a status has
 * arrived, the result is that status, whatever happens to the rest.
 *
 * @example
 * ```ts
 * import { attempt, isPublicAddress, receiverAgent } from "@rainhooks/sinks/http";
 *
 * const agent = receiverAgent({ protocol: "http:", isAllowed: isPublicAddress, maxSockets: 1 });
 * const url = new URL("http://127.0.0.1/");
 * const result = await attempt({ url, agent, headers: {}, body: "{}", timeoutMs: 1000 });
 * console.log(result.kind); // failure
 * ```
 */
export async function attempt(request: AttemptRequest): Promise<AttemptResult> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), request.timeoutMs);
  try {
    for (;;) {
      const result = await send(request, controller.signal);
      if (controller.signal.aborted && result.kind !== "response") {
        return { kind: "failure", reason: `no response within ${Math.round(request.timeoutMs)} ms` };
      }
      if (result.kind !== "stale") return result;
    }
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The receiver had closed a connection that was kept alive, which shows only when it is used. In Lambda this is common: a
 * function sleeps between invocations.
 */
interface Stale {
  readonly kind: "stale";
}

const STALE_CODES = new Set(["ECONNRESET", "EPIPE"]);

function send(
  { url, agent, headers, body }: AttemptRequest,
  signal: AbortSignal,
): Promise<AttemptResult | Stale> {
  const { promise, resolve } = Promise.withResolvers<AttemptResult | Stale>();
  // Whether the connection is encrypted is decided by the agent. Of several calls of resolve, the first one counts.
  const sent = nodeHttp.request(url, { method: "POST", agent, headers, signal });
  sent.on("response", (response) => resolve(readResponse(response)));
  sent.on("error", (error: NodeJS.ErrnoException) => {
    const stale = sent.reusedSocket && STALE_CODES.has(error.code ?? "");
    resolve(stale ? { kind: "stale" } : { kind: "failure", reason: error.message || `${error.code}` });
  });
  sent.on("close", () =>
    resolve({ kind: "failure", reason: "the connection was closed without a response" }),
  );
  sent.end(body);
  return promise;
}

async function readResponse(response: http.IncomingMessage): Promise<AttemptResult> {
  const kept: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response) {
      if (bytes < MAX_KEPT_BYTES) kept.push(chunk);
      bytes += chunk.length;
      if (bytes > MAX_READ_BYTES) break;
    }
  } catch {
    // The status has arrived, and says enough.
  }
  return {
    kind: "response",
    status: response.statusCode ?? 0,
    retryAfter: response.headers["retry-after"],
    location: response.headers.location,
    text: Buffer.concat(kept).subarray(0, MAX_KEPT_BYTES).toString(),
  };
}
