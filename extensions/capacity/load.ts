import { type Rates, ratesOf, STORM_S, totalOf } from "./fleet.ts";
import { firehoseQuota, NEW_TABLE_UNITS_PER_S } from "./limits.ts";
import { eventsPerS, type Plan, planOf } from "./plan.ts";
import { type LoadedWebhook, type StoreLimits, storesOf, unitsPerS } from "./stores.ts";

/** What takes the events of a queue: the function itself, or something that it writes to. */
export interface Taker {
  readonly name: string;
  readonly eventsPerS: number;
}

/** What becomes of the events of a queue. */
export interface QueueResult {
  /** Highest number of events that are not yet written. */
  readonly maxBacklog: number;
  /** Seconds until all events are written. */
  readonly drainedAfterS: number;
  /** Highest time that an event waits, seconds, if they are written in their order. */
  readonly maxAgeS: number;
  /**
   * What takes the fewest events, if they wait: `concurrency`, or the name of a service; else
   * `nothing`.
   */
  readonly boundBy: string;
}

/** The part of the busiest hours that is looked at, seconds. */
const EVENING_S = 600;
/** Seconds of waiting below which nothing binds: a batch is on its way. */
const NORMAL_AGE_S = 5;

/**
 * Returns what becomes of events that arrive at a steady rate for some time. What takes the fewest
 * of them decides: that a function begins with five invocations and adds five a second is left out.
 */
export function queueResult(perS: number, endsAtS: number, takers: readonly Taker[]): QueueResult {
  const slowest = takers.toSorted((a, b) => a.eventsPerS - b.eventsPerS)[0];
  const takenPerS = slowest?.eventsPerS ?? Number.POSITIVE_INFINITY;
  const drainedAfterS = Math.max(endsAtS, (perS * endsAtS) / takenPerS);
  const maxAgeS = drainedAfterS - endsAtS;
  return {
    maxBacklog: Math.max(0, perS - takenPerS) * endsAtS,
    drainedAfterS,
    maxAgeS,
    boundBy: slowest === undefined || maxAgeS < NORMAL_AGE_S ? "nothing" : slowest.name,
  };
}

/** A webhook in the busiest hours of a day, and in a storm. */
interface WebhookLoad {
  readonly plan: Plan;
  readonly evening: QueueResult;
  /** `undefined` if none of the events is a connect or disconnect. */
  readonly storm: QueueResult | undefined;
}

/**
 * A fleet, its place, and whether tables and indexes are prepared as the plan says; otherwise they
 * are new.
 */
interface WebhookLoadOptions {
  readonly nodes: number;
  readonly region: string;
  readonly prepared: boolean;
}

/**
 * Returns what becomes of the events of a webhook in the busiest ten minutes of a day, and in a
 * storm in which all nodes disconnect and connect within a minute.
 *
 * @throws {TypeError} if the load names a table or an index that the webhook does not have.
 */
export function webhookLoad(
  webhook: LoadedWebhook,
  { nodes, region, prepared }: WebhookLoadOptions,
): WebhookLoad {
  const plan = planOf(webhook, nodes);
  const { streamBytes = 0 } = webhook.load;
  const stream = { name: "Firehose", eventsPerS: firehoseQuota(region).bytesPerS / streamBytes };
  const takerOf = (store: StoreLimits, rates: Rates): Taker[] => {
    const units = unitsPerS(store, rates);
    const warm = (prepared ? plan.warm.get(store.name) : undefined) ?? NEW_TABLE_UNITS_PER_S;
    const taken = Math.min(warm, store.maxUnitsPerS);
    return units === 0 ? [] : [{ name: store.name, eventsPerS: (taken / units) * totalOf(rates) }];
  };
  const takersOf = (rates: Rates) => [
    { name: "concurrency", eventsPerS: plan.concurrency * eventsPerS(webhook) },
    ...storesOf(webhook).flatMap((store) => takerOf(store, rates)),
    ...(streamBytes === 0 ? [] : [stream]),
  ];
  const resultOf = (rates: Rates, endsAtS: number) =>
    queueResult(totalOf(rates), endsAtS, takersOf(rates));
  const { evening, storm } = ratesOf(webhook.events, nodes);
  return {
    plan,
    evening: resultOf(evening, EVENING_S),
    storm: storm.size === 0 ? undefined : resultOf(storm, STORM_S),
  };
}
