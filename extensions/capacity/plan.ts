import { invocationMs } from "@rainhooks/webhook/invocation-ms";
import { DRAIN_S, type Rates, ratesOf, STORM_S, totalOf } from "./fleet.ts";
import { MAPPING_CONCURRENCY, NEW_TABLE_UNITS_PER_S } from "./limits.ts";
import { headroomOf, type LoadedWebhook, type StoreLimits, storesOf, unitsPerS } from "./stores.ts";

/** Number of nodes of a stage that does not say how many it has. */
export const DEFAULT_NODES = 100_000;

/** What a webhook needs for a fleet. */
export interface Plan {
  /** Concurrent invocations of the function. */
  readonly concurrency: number;
  /** Concurrent invocations beyond which the tables cannot take what the function writes. */
  readonly maxConcurrency: number;
  /** The table or index that `maxConcurrency` comes from. */
  readonly boundBy: StoreLimits | undefined;
  /**
   * Write units per second for which a table or index must be prepared, because it takes only 4,000
   * at first.
   */
  readonly warm: ReadonlyMap<string, number>;
}

/** Spare of the busiest hours. */
export const SPARE = 1.25;
const WARM_STEP = 1000;

/**
 * Plans a webhook for a number of nodes: enough invocations for the busiest hours of a day, and to
 * write a storm, in which all nodes disconnect and connect within a minute, within {@link DRAIN_S}
 * seconds; but not more than its tables take.
 *
 * @throws {TypeError} if the load names a table or an index that the webhook does not have.
 */
export function planOf(webhook: LoadedWebhook, nodes: number): Plan {
  const { events, batch } = webhook;
  const perInvocation = eventsPerS(webhook);
  const { evening, storm } = ratesOf(events, nodes);
  const eveningNeeds = Math.ceil((totalOf(evening) * SPARE) / perInvocation);
  const stormNeeds = Math.ceil((totalOf(storm) * STORM_S) / DRAIN_S / perInvocation);
  const stores = storesOf(webhook);
  const hardest = storm.size > 0 ? storm : evening;
  const boundBy = firstToBind(stores, hardest);
  const taken =
    boundBy === undefined
      ? Number.POSITIVE_INFINITY
      : headroomOf(boundBy, hardest) * totalOf(hardest);
  const maxConcurrency = Math.max(2, eveningNeeds, Math.floor(taken / perInvocation));
  const wanted = Math.max(batch.maxConcurrency, eveningNeeds, stormNeeds);
  const concurrency = Math.min(wanted, maxConcurrency, MAPPING_CONCURRENCY);
  return {
    concurrency,
    maxConcurrency,
    boundBy,
    warm: warmThroughput(stores, { evening, storm, maxPerS: concurrency * perInvocation }),
  };
}

/** Returns the events per second of one invocation after the other, with full batches. */
export function eventsPerS({ batch, load, function: { memoryMiB } }: LoadedWebhook): number {
  return (batch.size * 1000) / invocationMs(load, batch.size, memoryMiB);
}

/** Returns the store that takes the fewest of these events. */
function firstToBind(stores: readonly StoreLimits[], rates: Rates): StoreLimits | undefined {
  const written = stores.filter((store) => unitsPerS(store, rates) > 0);
  return written.toSorted((a, b) => headroomOf(a, rates) - headroomOf(b, rates))[0];
}

/**
 * Returns the units per second at the worst moment, of the stores that do not take them at first.
 */
function warmThroughput(
  stores: readonly StoreLimits[],
  { evening, storm, maxPerS }: { evening: Rates; storm: Rates; maxPerS: number },
): ReadonlyMap<string, number> {
  const needs = stores.map((store) => {
    const worst = [evening, storm].map((rates) => {
      const total = totalOf(rates);
      return total === 0 ? 0 : unitsPerS(store, rates) * Math.min(1, maxPerS / total);
    });
    const units = Math.min(Math.max(...worst), store.maxUnitsPerS);
    return [store.name, Math.ceil(units / WARM_STEP) * WARM_STEP] as const;
  });
  return new Map(needs.filter(([, units]) => units > NEW_TABLE_UNITS_PER_S));
}
