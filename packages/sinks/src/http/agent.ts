import { type LookupAddress, type LookupAllOptions, lookup as systemLookup } from "node:dns";
import type http from "node:http";
import https from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { RainhooksError } from "@rainhooks/core/errors";
import type { AddressCheck } from "./address.ts";
import { nodeHttp } from "./node-http.ts";

/** Finds the addresses of a name, as `lookup` of `node:dns` does. */
export type Lookup = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** Options of {@link receiverAgent}. */
export interface AgentOptions {
  readonly protocol: "http:" | "https:";
  readonly isAllowed: AddressCheck;
  /** Maximum connections at once. */
  readonly maxSockets: number;
  /** Certificates of authorities (PEM) to trust instead of those of Node.js. */
  readonly ca?: string | undefined;
  /** @defaultValue `lookup` of `node:dns` */
  readonly lookup?: Lookup | undefined;
}

/**
 * Creates an agent that keeps connections alive, and connects to allowed addresses only. The check
 * is made for each connection, of the address that it then uses: a name that resolves to another
 * address the next time gains nothing.
 */
export function receiverAgent({
  protocol,
  isAllowed,
  maxSockets,
  ca,
  lookup,
}: AgentOptions): http.Agent {
  const options = { keepAlive: true, maxSockets };
  const agent =
    protocol === "https:"
      ? new https.Agent({ ...options, ...(ca === undefined ? {} : { ca }) })
      : new nodeHttp.Agent(options);
  const connect = agent.createConnection.bind(agent);
  const checked = checkedLookup(isAllowed, lookup ?? systemLookup);
  agent.createConnection = (connection, callback) => {
    const { host } = connection;
    const literal = typeof host === "string" && isIP(host) !== 0;
    // A lookup function is not called for an address, so a refused one is replaced by a name whose
    // lookup fails.
    return literal && !isAllowed(host)
      ? connect({ ...connection, host: NO_HOST, lookup: refuse }, callback)
      : connect({ ...connection, lookup: checked }, callback);
  };
  return agent;
}

/** A name that never exists (RFC 6761). */
const NO_HOST = "refused.invalid";

const refuse: LookupFunction = (_, __, callback) => callback(refusal(), []);

function checkedLookup(isAllowed: AddressCheck, lookup: Lookup): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, []);
      const allowed = addresses.filter(({ address }) => isAllowed(address));
      const [first] = allowed;
      if (first === undefined) return callback(refusal(), []);
      return options.all === true
        ? callback(null, allowed)
        : callback(null, first.address, first.family);
    });
  };
}

/**
 * The error of a connection to an address that is not allowed. It does not contain the address,
 * which may be internal.
 */
function refusal(): RainhooksError {
  return new RainhooksError(
    "sink-unavailable",
    "its address is private or reserved. If it may be called, allow the address with allowPrivate",
  );
}
