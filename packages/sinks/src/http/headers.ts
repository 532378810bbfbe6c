import { RainhooksError } from "@rainhooks/core/errors";
import { nodeHttp } from "./node-http.ts";

/** Headers that the sink itself sends, or that describe the connection. */
const RESERVED = new Set([
  "connection",
  "content-length",
  "expect",
  "host",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "webhook-id",
  "webhook-signature",
  "webhook-timestamp",
]);

const DEFAULTS = { "content-type": "application/json", "user-agent": "rainhooks" } as const;

/**
 * Reads the headers that an author has chosen, and adds `content-type` and `user-agent` if they are
 * absent.
 *
 * @returns The headers with names in lower case.
 * @throws {RainhooksError} `config-invalid`; the message contains the name of the header, never its
 * value.
 */
export function readHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const read = new Map<string, string>(Object.entries(DEFAULTS));
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase();
    if (RESERVED.has(lower)) throw invalid(`The sink sets the header ${lower} itself. Remove it.`);
    try {
      if (lower === "__proto__") throw new TypeError("Node.js cannot send it.");
      nodeHttp.validateHeaderName(name);
      nodeHttp.validateHeaderValue(name, value);
    } catch {
      throw invalid(
        `The header ${JSON.stringify(name)} has a name or a value that HTTP does not allow.`,
      );
    }
    read.set(lower, value);
  }
  return Object.fromEntries(read);
}

/** Returns the values of headers that may be secret: all but those that describe the request. */
export function secretHeaderValues(headers: Readonly<Record<string, string>>): string[] {
  return Object.entries(headers).flatMap(([name, value]) =>
    Object.hasOwn(DEFAULTS, name) ? [] : [value, value.slice(value.indexOf(" ") + 1)],
  );
}

function invalid(message: string): RainhooksError {
  return new RainhooksError("config-invalid", message);
}
