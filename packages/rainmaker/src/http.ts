import { messageOf, RainhooksError, wrongInput } from "@rainhooks/core/errors";
import { isJsonObject, type JsonObject, tryParseJson } from "@rainhooks/core/json";
import { backoffMs, DEFAULT_RETRY, type RetryPolicy } from "@rainhooks/core/retry";

/**
 * RainMaker refused a request. `code` is `rainmaker-refused`; `rainmakerCode` and `description` are
 * RainMaker's own.
 */
export class RainmakerError extends RainhooksError {
  override readonly name = "RainmakerError";
  readonly status: number;
  readonly rainmakerCode: number | undefined;
  readonly description: string;

  constructor(what: string, { status, rainmakerCode, description }: ReturnType<typeof refusalOf>) {
    const code = rainmakerCode === undefined ? `HTTP ${status}` : `${rainmakerCode}`;
    super(
      "rainmaker-refused",
      `RainMaker refused ${what}: ${description} (${code}).${adviceOn(status, rainmakerCode)}`,
      { permanent: true },
    );
    this.status = status;
    this.rainmakerCode = rainmakerCode;
    this.description = description;
  }
}

/** Advice on the most common refusals. */
const ADVICE: Readonly<Record<number, string>> = {
  101009: " Check the user name and the password.",
  101015: " Follow the link in RainMaker's e-mail first.",
  101017: ' Log in again with "rainhooks rainmaker login".',
  101019: " Wait a few minutes before the next attempt.",
  101058: " Reset the password in RainMaker's app or dashboard first.",
};

function adviceOn(status: number, code: number | undefined): string {
  if (code !== undefined && ADVICE[code] !== undefined) return ADVICE[code];
  if (status === 401) return ' Log in again with "rainhooks rainmaker login".';
  if (status === 403) return " This needs a super admin.";
  return "";
}

/** A request to RainMaker's API. */
export interface ApiRequest {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Path after the version, such as `/admin/event_filter`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: JsonObject;
  readonly accessToken?: string | undefined;
  /** RainMaker's error codes after which the same request may succeed. */
  readonly retryCodes?: readonly number[];
}

/** Options for sending requests. */
export interface HttpOptions {
  /** Base URL of RainMaker's API, with or without `/v1` at the end. */
  readonly baseUrl: string;
  readonly timeoutMs?: number;
  readonly retry?: RetryPolicy;
}

const TOO_MANY_REQUESTS = 429;
const VERSION = "/v1";

/** Longer pauses than for AWS, because RainMaker limits requests per second. */
const RETRY: RetryPolicy = { ...DEFAULT_RETRY, attempts: 4, baseMs: 500, capMs: 8000 };

/**
 * A connection that ended before the response did: the other side had closed one that was kept
 * alive, or it starts again.
 */
const CUT_OFF: ReadonlySet<unknown> = new Set(["ECONNRESET", "EPIPE", "UND_ERR_SOCKET"]);

const LOOPBACK = new Set(["127.0.0.1", "[::1]", "localhost"]);

/**
 * Returns the base URL of RainMaker's API without a slash or version at the end.
 *
 * @throws {RainhooksError} `input-invalid` for a URL that is not https, because passwords and
 * tokens are sent there. Only loopback addresses may use http.
 */
export function normalBaseUrl(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol)) {
    throw wrongInput(`${url} is not the URL of an API. It must begin with https://.`);
  }
  if (parsed.protocol === "http:" && !LOOPBACK.has(parsed.hostname)) {
    throw wrongInput(
      `The password would be sent to ${parsed.origin} without encryption. Use https://.`,
    );
  }
  return url.replace(/(?<!\/)\/+$/, "").replace(/\/v1$/, "");
}

/**
 * Sends a request. It is retried when RainMaker limits requests (429), and if it is safe to send it
 * twice, also after a server error (5xx), and if the connection ends before the response.
 *
 * @throws {RainmakerError} when RainMaker refuses.
 * @throws {RainhooksError} `rainmaker-unavailable` when RainMaker does not respond, or its response
 * is not JSON.
 */
export async function sendRequest(options: HttpOptions, request: ApiRequest): Promise<JsonObject> {
  const { retry = RETRY } = options;
  for (let attempt = 1; ; attempt++) {
    const isLast = attempt >= retry.attempts;
    try {
      const { status, body } = await sendOnce(options, request);
      if (status >= 200 && status < 300) return body;
      const refusal = refusalOf(status, body);
      if (isLast || !mayPass(request, status, refusal.rainmakerCode))
        throw new RainmakerError(`${request.method} ${request.path}`, refusal);
    } catch (error) {
      if (isLast || !isSafeTwice(request) || !isCutOff(error)) throw error;
    }
    await retry.sleep(backoffMs(retry, attempt));
  }
}

function mayPass(request: ApiRequest, status: number, code: number | undefined): boolean {
  const { retryCodes = [] } = request;
  if (status === TOO_MANY_REQUESTS || (code !== undefined && retryCodes.includes(code)))
    return true;
  return status >= 500 && isSafeTwice(request);
}

function isSafeTwice({ method }: ApiRequest): boolean {
  return method !== "POST";
}

function isCutOff(error: unknown): boolean {
  const cause = error instanceof RainhooksError ? causeOf(error.cause) : undefined;
  return cause instanceof Error && "code" in cause && CUT_OFF.has(cause.code);
}

async function sendOnce({ baseUrl, timeoutMs = 15_000 }: HttpOptions, request: ApiRequest) {
  const { method, path, query = {}, body, accessToken } = request;
  const url = new URL(normalBaseUrl(baseUrl) + VERSION + path);
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) url.searchParams.set(name, value);
  try {
    const response = await fetch(url, {
      method,
      headers: {
        "content-type": "application/json",
        // RainMaker expects the token without "Bearer".
        ...(accessToken === undefined ? {} : { authorization: accessToken }),
      },
      // Passwords and tokens are for this host alone.
      redirect: "error",
      signal: AbortSignal.timeout(timeoutMs),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: readBody(await response.text(), response, url) };
  } catch (error) {
    if (error instanceof RainhooksError) throw error;
    throw new RainhooksError(
      "rainmaker-unavailable",
      `${url.origin} ${reasonOf(error, timeoutMs)}.`,
      {
        cause: error,
      },
    );
  }
}

function reasonOf(error: unknown, timeoutMs: number): string {
  // AbortSignal.timeout throws a DOMException, which is not always an instance of this realm's
  // Error.
  const timedOut =
    typeof error === "object" && error !== null && "name" in error && error.name === "TimeoutError";
  if (timedOut) return `did not respond within ${timeoutMs / 1000} s`;
  return `cannot be reached: ${messageOf(causeOf(error))}`;
}

/** Returns what is behind the error of `fetch`. */
function causeOf(error: unknown): unknown {
  return error instanceof Error && error.cause instanceof Error ? error.cause : error;
}

function readBody(text: string, { status, headers }: Response, url: URL): JsonObject {
  const body = text === "" ? {} : tryParseJson(text);
  if (isJsonObject(body)) return body;
  const type = headers.get("content-type") ?? "no content type";
  throw new RainhooksError(
    "rainmaker-unavailable",
    `${url.origin} returned HTTP ${status} with a body that is not JSON (${type}). Is this the base URL of RainMaker's API?`,
  );
}

/**
 * RainMaker's errors have a code (a number, a string, or none); those of API Gateway have only a
 * message.
 */
function refusalOf(status: number, body: JsonObject) {
  const code = Number(body["error_code"]);
  const description = body["description"] ?? body["message"];
  return {
    status,
    rainmakerCode: Number.isInteger(code) && code > 0 ? code : undefined,
    description:
      typeof description === "string"
        ? description.replace(/(?<![.\s])[.\s]+$/, "")
        : "no description",
  };
}
