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

/** What is held back, and what is done about it. */
export interface HoldBackOptions {
  /** A destination outside that may be used: the stage's own endpoint, if it is on another machine. */
  readonly allowed: OutsideAddress | undefined;
  /** Called for each attempt, before anything has left the machine. */
  readonly onHeldBack: (destination: OutsideAddress) => void;
}

type Method = (self: unknown, args: readonly unknown[], original: () => unknown) => unknown;

/**
 * Holds back what would leave this machine: TCP and TLS connections, datagrams, and lookups of names. It is
 * done in the classes through which every library of Node.js connects (fetch, http, https, http2, the AWS
 * SDK). The caller gets the error of a network that cannot be reached.
 */
export function holdBack(options: HoldBackOptions): void {
  holdBackConnections(options);
  holdBackDatagrams(options);
  for (const holder of [dns, dns.promises, dns.Resolver.prototype, dns.promises.Resolver.prototype])
    holdBackLookups(holder, options);
  // The same for code that has imported, or will import, these functions by their names.
  syncBuiltinESMExports();
}

function holdBackConnections({ allowed, onHeldBack }: HoldBackOptions): void {
  const checked = new WeakSet<net.Socket>();
  replace(net.Socket.prototype, "connect", (self, args, original) => {
    const to = destinationOfConnect(args);
    if (!(self instanceof net.Socket) || to === undefined || isSame(to, allowed)) return original();
    const refuse = (destination: OutsideAddress) => {
      onHeldBack(destination);
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

function holdBackDatagrams({ allowed, onHeldBack }: HoldBackOptions): void {
  const guard = (name: string, destinationOf: (args: readonly unknown[]) => OutsideAddress | undefined) =>
    replace(dgram.Socket.prototype, name, (self, args, original) => {
      const to = destinationOf(args);
      if (to === undefined || isOnThisMachine(to.host) || isSame(to, allowed)) return original();
      onHeldBack(to);
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

function holdBackLookups(holder: object, { allowed, onHeldBack }: HoldBackOptions): void {
  const isPromised = holder === dns.promises || holder === dns.promises.Resolver.prototype;
  for (const name of Object.getOwnPropertyNames(holder).filter((one) => LOOKUPS.test(one))) {
    replace(holder, name, (self, args, original) => {
      const host = String(args[0]);
      // Only these two ask this machine first; the others always ask a name server.
      const isLocal = name === "lookup" && (net.isIP(host) !== 0 || isOnThisMachine(host));
      const isLocalService = name === "lookupService" && isOnThisMachine(host);
      if (isLocal || isLocalService || host === allowed?.host) return original();
      const to = { host, port: undefined };
      onHeldBack(to);
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
 * Replaces a method; the new one keeps the properties of the old one, such as the one that `util.promisify`
 * reads.
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

function isSame(one: OutsideAddress, other: OutsideAddress | undefined): boolean {
  return other !== undefined && one.host === other.host && one.port === other.port;
}

function unreachable(syscall: string, code: string, to: OutsideAddress): Error {
  const error = new Error(
    `${syscall} ${code} ${destinationText(to)}: held back by the local stage (npm start -- --allow-outside)`,
  );
  return Object.assign(error, { code, syscall, address: to.host, port: to.port });
}
