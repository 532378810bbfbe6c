import type { Context, MiddlewareHandler } from "hono";
import { getCookie } from "hono/cookie";
import type { Entrance } from "./entrance.ts";

/**
 * Header with the key of a session. A page of another origin cannot set it without asking, and is
 * never allowed to.
 */
const KEY_HEADER = "x-rainhooks-key";
/** Header that names the action of a request that changes something. */
const ACTION_HEADER = "x-rainhooks-action";

/** Who may be let in. */
export interface GuardOptions {
  readonly entrance: Entrance;
  /** The port of the console, once it is known. */
  readonly port: () => number;
}

/** Name of the cookie: a browser keeps those of all ports of this machine together. */
export function cookieName(port: number): string {
  return `rainhooks-${port}`;
}

/**
 * Refuses requests for another host, such as those of a web page whose own name points to this
 * machine, and those that a page of another origin has caused. Sets the headers that keep a browser
 * from loading or running anything else.
 */
export function sameOriginOnly({ port }: Pick<GuardOptions, "port">): MiddlewareHandler {
  return async (context, next) => {
    const host = context.req.header("host") ?? "";
    const hosts = [`127.0.0.1:${port()}`, `localhost:${port()}`];
    if (!hosts.includes(host))
      return forbidden(context, "The console is on 127.0.0.1 and localhost only.");
    const origin = context.req.header("origin");
    if (origin !== undefined && origin !== `http://${host}`)
      return forbidden(context, "Pages of other origins may not use the console.");
    await next();
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) context.header(name, value);
    return undefined;
  };
}

const SECURITY_HEADERS = {
  "content-security-policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; "),
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

/**
 * Sites whose requests may read data: the console's own pages, and programs that are not browsers.
 */
const OWN_SITES: readonly (string | undefined)[] = [undefined, "same-origin"];

/** Refuses requests for data and actions of anybody who has not been let in. */
export function letIn({ entrance, port }: GuardOptions): MiddlewareHandler {
  return async (context, next) => {
    const { req } = context;
    const session = {
      cookie: getCookie(context, cookieName(port())) ?? "",
      key: req.header(KEY_HEADER) ?? "",
    };
    if (!OWN_SITES.includes(req.header("sec-fetch-site")) || !entrance.isIn(session))
      return forbidden(context, NOT_LET_IN, "not-let-in");
    await next();
    context.header("cache-control", "no-store");
    return undefined;
  };
}

const NOT_LET_IN =
  "This browser has not been let in, or the console was started again. Open the address that the terminal shows.";

/**
 * Refuses an action whose request does not name it in a header, or that does not come from a page
 * of the console.
 */
export function namedAction(name: string): MiddlewareHandler {
  return async (context, next) => {
    const { req } = context;
    if (req.header(ACTION_HEADER) !== name || req.header("origin") === undefined)
      return forbidden(
        context,
        `An action needs the header ${ACTION_HEADER} with its name, and an origin.`,
      );
    await next();
    return undefined;
  };
}

/** Refuses a request, as RFC 9457 says. */
function forbidden(context: Context, detail: string, code = "forbidden"): Response {
  const body = { type: "about:blank", title: "Forbidden", status: 403, detail, code };
  return context.body(JSON.stringify(body), 403, {
    "content-type": "application/problem+json",
    "cache-control": "no-store",
  });
}
