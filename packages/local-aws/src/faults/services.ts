import { chanceOf } from "../chance.ts";
import { FAULT_KINDS, type FaultKind, Faults } from "./faults.ts";
import { type FaultProxy, startFaultProxy } from "./proxy.ts";

/** Services that let some of the calls of a stage's functions go wrong. */
export interface FaultyServices {
  /** The endpoint that a function is given instead of the services' own. */
  readonly endpointOf: (name: string, endpoint: string) => Promise<string>;
  /** What has gone wrong so far, in a line. */
  report(): string;
  stop(): Promise<void>;
}

const WORDS: Readonly<Record<FaultKind, string>> = {
  throttle: "throttled",
  error: "failed",
  reset: "cut off",
  lost: "done without an answer",
  slow: "slow",
  partial: "done in part",
};

/**
 * Puts a proxy between each function and its services.
 *
 * @param share Share of calls that go wrong.
 * @param seed The same seed gives each function the same faults.
 */
export function faultyServices(share: number, seed: number): FaultyServices {
  const faults: Faults[] = [];
  const proxies: FaultProxy[] = [];
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
      return `Calls of the functions to AWS that were made to go wrong: ${counts.join(", ")}.`;
    },
    stop: async () => {
      await Promise.all(proxies.map((proxy) => proxy.stop()));
    },
  };
}
