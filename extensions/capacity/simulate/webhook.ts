import type { Webhook } from "@rainhooks/webhook/define-function";
import { invocationMs } from "@rainhooks/webhook/invocation-ms";
import type { Load } from "@rainhooks/webhook/load";
import { eveningRates, type Rates, STORM_S, stormRates, totalOf } from "../fleet.ts";
import { firehoseQuota, NEW_TABLE_UNITS_PER_S } from "../limits.ts";
import { type Plan, planOf } from "../plan.ts";
import { storesOf, unitsPerS } from "../stores.ts";
import { EVENING_S, type QueueResult, type Service, simulateQueue } from "./queue.ts";

/** A webhook whose definition has a load. */
export type LoadedWebhook = Webhook & { readonly load: Load };

/** The fleet, the place and the tables of a simulation. */
export interface SimulationOptions {
  readonly nodes: number;
  readonly region: string;
  /** Whether tables and indexes are prepared as the plan says; otherwise they are new. */
  readonly prepared: boolean;
}

/** A webhook in the busiest hours of a day, and in a storm. */
export interface SimulatedWebhook {
  readonly plan: Plan;
  readonly evening: QueueResult;
  /** `undefined` for a webhook that gets no connects and disconnects. */
  readonly storm: QueueResult | undefined;
}

/**
 * Simulates the busiest ten minutes of a day, and a storm in which all nodes disconnect and connect within a
 * minute.
 *
 * @throws {TypeError} if the load names a table or an index that the webhook does not have.
 */
export function simulateWebhook(webhook: LoadedWebhook, options: SimulationOptions): SimulatedWebhook {
  const { events } = webhook;
  const { nodes } = options;
  const plan = planOf(webhook, nodes);
  const play = (rates: Rates, endsAtS: number) =>
    simulateQueue({
      arrivingPerS: () => totalOf(rates),
      endsAtS,
      maxConcurrency: plan.concurrency,
      batchSize: webhook.batch.size,
      invocationMs: (records) => invocationMs(webhook.load, records, webhook.function.memoryMiB),
      services: servicesOf(webhook, rates, plan, options),
      throttledWaitS: webhook.queue.retryFirstWaitS,
    });
  const storm = stormRates(events, nodes);
  return {
    plan,
    evening: play(eveningRates(events, nodes), EVENING_S),
    storm: storm.size === 0 ? undefined : play(storm, STORM_S),
  };
}

/** Returns how many of these events per second each table, index and stream takes. */
function servicesOf(
  webhook: LoadedWebhook,
  rates: Rates,
  { warm }: Plan,
  { prepared, region }: SimulationOptions,
): Service[] {
  const stores = storesOf(webhook).flatMap((store): Service[] => {
    const units = unitsPerS(store, rates);
    const taken = Math.min(
      (prepared ? warm.get(store.name) : undefined) ?? NEW_TABLE_UNITS_PER_S,
      store.maxUnitsPerS,
    );
    return units === 0 ? [] : [{ name: store.name, eventsPerS: (taken / units) * totalOf(rates) }];
  });
  const { streamBytes = 0 } = webhook.load;
  return streamBytes === 0
    ? stores
    : [...stores, { name: "Firehose", eventsPerS: firehoseQuota(region).bytesPerS / streamBytes }];
}
