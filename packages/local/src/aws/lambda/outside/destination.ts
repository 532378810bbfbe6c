import { BlockList, isIP } from "node:net";

/** Where a connection or a datagram goes. */
export interface OutsideAddress {
  readonly host: string;
  /** `undefined` for a lookup of a name. */
  readonly port: number | undefined;
}

/** Writes a destination as people do, such as `192.0.2.1:443` or `[2001:db8::1]:443`. */
export function destinationText({ host, port }: OutsideAddress): string {
  if (port === undefined) return host;
  return isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`;
}

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

/**
 * True for a host on this machine: an address of loopback, or the name localhost. Other names may
 * be on this machine too, but only a lookup, which may leave the machine, could tell.
 */
export function isOnThisMachine(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, "").replace(/%.*$/, "");
  const family = isIP(bare);
  if (family !== 0) return loopback.check(bare, family === 4 ? "ipv4" : "ipv6");
  return /^(?:[a-z0-9-]+\.)*localhost\.?$/i.test(bare);
}

/** A path of a Windows pipe on another machine. */
const REMOTE_PIPE = /^[\\/]{2}(?![.?][\\/])([^\\/]+)/;

/**
 * Reads the destination from the arguments of `Socket.connect`; `undefined` for a socket file on
 * this machine.
 */
export function destinationOfConnect(args: readonly unknown[]): OutsideAddress | undefined {
  const [first, second] = args;
  // Node's own functions pass the arguments as one list.
  if (Array.isArray(first)) return destinationOfConnect(first);
  if (typeof first === "object" && first !== null) {
    const path: unknown = Reflect.get(first, "path");
    return typeof path === "string" && path !== ""
      ? destinationOfPath(path)
      : destination(Reflect.get(first, "host"), Reflect.get(first, "port"));
  }
  if (typeof first === "string" && !(Number(first) >= 0)) return destinationOfPath(first);
  return destination(second, first);
}

/** A name that never exists (RFC 6761). */
const NO_NAME = /\.invalid\.?$/i;

/**
 * True when a function of the caller looks up a name that never exists. A library refuses an
 * address in this way, and its own error is the right one.
 */
export function isRefusedByCaller(args: readonly unknown[]): boolean {
  const [first] = args;
  if (Array.isArray(first)) return isRefusedByCaller(first);
  if (typeof first !== "object" || first === null) return false;
  return (
    typeof Reflect.get(first, "lookup") === "function" &&
    NO_NAME.test(String(Reflect.get(first, "host")))
  );
}

/**
 * Reads the destination from the arguments of a datagram socket's `send`; `undefined` when it is
 * connected, or for loopback.
 */
export function destinationOfSend([, ...args]: readonly unknown[]): OutsideAddress | undefined {
  const [first, second, third, fourth] = args;
  // send(message, offset, length, port, address), or send(message, port, address).
  const [port, address] =
    typeof third === "number" || typeof fourth === "string" ? [third, fourth] : [first, second];
  return typeof address === "string" && address !== "" ? destination(address, port) : undefined;
}

/** Reads the destination from the arguments of a datagram socket's `connect`. */
export function destinationOfDatagrams([port, address]: readonly unknown[]): OutsideAddress {
  return destination(address, port);
}

function destinationOfPath(path: string): OutsideAddress | undefined {
  const [, host] = REMOTE_PIPE.exec(path) ?? [];
  return host === undefined ? undefined : { host, port: undefined };
}

function destination(host: unknown, port: unknown): OutsideAddress {
  return {
    host: typeof host === "string" && host !== "" ? host : "localhost",
    port: port === undefined || port === null ? undefined : Number(port),
  };
}
