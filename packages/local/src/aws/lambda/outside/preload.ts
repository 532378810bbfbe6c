import dgram from "node:dgram";
import dns from "node:dns";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";
import {
  destinationOfConnect,
  destinationOfDatagrams,
  destinationOfSend,
  destinationText,
  isOnThisMachine,
  isRefusedByCaller,
  type OutsideAddress,
} from "./destination.ts";

/*
 * Loaded into the process of a function, and into its worker threads, before its bundle: holds back
 * what would leave this machine (TCP and TLS connections, datagrams, and lookups of names), and
 * logs each attempt before anything has left. It is done in the classes through which every library
 * of Node.js connects (fetch, http, https, http2, the AWS SDK). The caller gets the error of a
 * network that cannot be reached.
 */

type Method = (self: unknown, args: readonly unknown[], original: () => unknown) => unknown;

function holdBackConnections(): void {
  const checked = new WeakSet<net.Socket>();
  replace(net.Socket.prototype, "connect", (self, args, original) => {
    const to = destinationOfConnect(args);
    if (!(self instanceof net.Socket) || to === undefined) return original();
    const refuse = (destination: OutsideAddress) => {
      logBlocked(destination);
      return unreachable("connect", "ENETUNREACH", destination);
    };
    if (isOnThisMachine(to.host) || isRefusedByCaller(args)) {
      // The lookup may be a function of the caller, which can return any address.
      if (!checked.has(self)) {
        self.on("lookup", (_error, address: unknown) => {
          if (typeof address === "string" && !isOnThisMachine(address))
            self.destroy(refuse({ host: address, port: to.port }));
        });
      }
      checked.add(self);
      return original();
    }
    // As while a real connection is opened: what is written until then waits.
    Reflect.set(self, "connecting", true);
    const error = refuse(to);
    process.nextTick(() => self.destroy(error));
    return self;
  });
}

function holdBackDatagrams(): void {
  const guard = (
    name: string,
    destinationOf: (args: readonly unknown[]) => OutsideAddress | undefined,
  ) =>
    replace(dgram.Socket.prototype, name, (self, args, original) => {
      const to = destinationOf(args);
      if (to === undefined || isOnThisMachine(to.host)) return original();
      logBlocked(to);
      const error = unreachable(name, "ENETUNREACH", to);
      const callback = args.at(-1);
      process.nextTick(() => {
        if (typeof callback === "function") Reflect.apply(callback, self, [error]);
        else if (self instanceof dgram.Socket) self.emit("error", error);
      });
      return undefined;
    });
  guard("send", destinationOfSend);
  guard("connect", destinationOfDatagrams);
  // A group of receivers is announced to the network.
  guard("addMembership", ([host]) => ({ host: String(host), port: undefined }));
  guard("addSourceSpecificMembership", ([, host]) => ({ host: String(host), port: undefined }));
}

const LOOKUPS = /^(?:lookup|lookupService|reverse|resolve\w*)$/;

function holdBackLookups(holder: object): void {
  const isPromised = holder === dns.promises || holder === dns.promises.Resolver.prototype;
  for (const name of Object.getOwnPropertyNames(holder).filter((one) => LOOKUPS.test(one))) {
    replace(holder, name, (self, args, original) => {
      const host = String(args[0]);
      // Only these two ask this machine first; the others always ask a name server.
      const isLocal = name === "lookup" && (net.isIP(host) !== 0 || isOnThisMachine(host));
      const isLocalService = name === "lookupService" && isOnThisMachine(host);
      if (isLocal || isLocalService) return original();
      const to = { host, port: undefined };
      logBlocked(to);
      const error = unreachable(name, "EAI_AGAIN", to);
      if (isPromised) return Promise.reject(error);
      const callback = args.at(-1);
      if (typeof callback !== "function") return original();
      process.nextTick(() => Reflect.apply(callback, self, [error]));
      return undefined;
    });
  }
}

/**
 * Replaces a method; the new one keeps the properties of the old one, such as the one that
 * `util.promisify` reads.
 */
function replace(holder: object, name: string, method: Method): void {
  const original: unknown = Reflect.get(holder, name);
  if (typeof original !== "function") return;
  const replacement = function (this: unknown, ...args: unknown[]): unknown {
    return method(this, args, () => Reflect.apply(original, this, args));
  };
  Object.defineProperties(replacement, Object.getOwnPropertyDescriptors(original));
  Reflect.set(holder, name, replacement);
}

function unreachable(syscall: string, code: string, to: OutsideAddress): Error {
  const error = new Error(
    `${syscall} ${code} ${destinationText(to)}: blocked by the local stage (npm start -- --allow-outside)`,
  );
  return Object.assign(error, { code, syscall, address: to.host, port: to.port });
}

/** Maximum length of a host with its port: host names have up to 253 characters. */
const MAX_LENGTH = 260;

/** Writes a line with host and port; with a host only for a lookup of its name. */
function logBlocked(destination: OutsideAddress): void {
  const blocked = destinationText(destination);
  const message = `Blocked: the local stage does not connect to ${blocked.slice(0, MAX_LENGTH)}. "npm start -- --allow-outside" allows it.`;
  console.error(
    JSON.stringify({ level: "warn", time: new Date().toISOString(), message, blocked }),
  );
}

holdBackConnections();
holdBackDatagrams();
for (const holder of [dns, dns.promises, dns.Resolver.prototype, dns.promises.Resolver.prototype])
  holdBackLookups(holder);
// The same for code that has imported, or will import, these functions by their names.
syncBuiltinESMExports();
