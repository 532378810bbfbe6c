import { chanceOf } from "../chance.ts";
import { FAULT_KINDS, type FaultKind, Faults } from "./faults.ts";
import { type ServiceProxy, startFaultProxy } from "./proxy.ts";

/** Services that make some calls of a stage's functions fail. */
export interface FaultyServices {
  /** Returns the endpoint for a function; it replaces the services' own endpoint. */
  readonly endpointOf: (name: string, endpoint: string) => Promise<string>;
  /** Describes the faults so far, in one line. */
  report(): string;
  stop(): Promise<void>;
}

const WORDS: Readonly<Record<FaultKind, string>> = {
  throttle: "throttled",
  error: "failed",
  reset: "cut off",
  lost: "done without a response",
  slow: "slow",
  partial: "failed in part",
};

/**
 * Puts a proxy with faults between each function and its services.
 *
 * @param share Share of calls that fail.
 * @param seed The same seed gives each function the same faults.
 */
export function faultyServices(share: number, seed: number): FaultyServices {
  const faults: Faults[] = [];
  const proxies: ServiceProxy[] = [];
  return {
    endpointOf: async (_, endpoint) => {
      const own = new Faults(share, chanceOf(seed + faults.length));
      const proxy = await startFaultProxy(endpoint, own);
      faults.push(own);
      proxies.push(proxy);
      return proxy.endpoint;
    },
    report: () => {
      const counts = FAULT_KINDS.map((kind) => {
        const count = faults.reduce((sum, one) => sum + one.counts[kind], 0);
        return `${count} ${WORDS[kind]}`;
      });
      return `Simulated faults in the functions' calls to AWS: ${counts.join(", ")}.`;
    },
    stop: async () => {
      await Promise.all(proxies.map((proxy) => proxy.stop()));
    },
  };
}
