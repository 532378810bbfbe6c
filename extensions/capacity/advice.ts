import type { Webhook } from "@rainhooks/webhook/define-function";
import { PRICE } from "./bill/prices.ts";
import { type FleetInRegion, publishLimit } from "./binding.ts";
import { eveningRates } from "./fleet.ts";
import { ACCOUNT_CONCURRENCY, firehoseQuota, NEW_TABLE_UNITS_PER_S, snsQuota } from "./limits.ts";
import { planOf, SPARE } from "./plan.ts";
import { storesOf, unitsPerS } from "./stores.ts";

/** What a stage for a fleet needs besides its configuration. */
export interface Advice {
  /** Write units per second for which a table, or an index (`<table>/<index>`), is to be prepared once. */
  readonly prepare: ReadonlyMap<string, number>;
  /** What that costs, once, in dollars. */
  readonly prepareDollars: number;
  /** Quotas that AWS has to raise first. */
  readonly quotas: readonly string[];
  /** What to run instead, for a fleet that is too large for one stage. */
  readonly instead: readonly string[];
}

const MIB = 1024 * 1024;
/** A stream beyond this many times its quota is no longer a matter of asking. */
const MAX_STREAM_FACTOR = 10;

/**
 * Says what a stage needs for a number of nodes in a region.
 *
 * @throws {TypeError} if a load names a table or an index that its webhook does not have.
 */
export function adviceFor(webhooks: readonly Webhook[], place: FleetInRegion): Advice {
  const { nodes, region, accountConcurrency = ACCOUNT_CONCURRENCY } = place;
  const plans = webhooks.map((webhook) => ({ webhook, plan: planOf(webhook, nodes) }));
  const prepare = new Map(plans.flatMap(({ plan }) => [...plan.warm]));
  const more = [...prepare.values()].map((units) => units - NEW_TABLE_UNITS_PER_S);
  const concurrency = plans.reduce((sum, { plan }) => sum + plan.concurrency, 0);
  const bytesPerS = Math.max(0, ...plans.map(({ plan }) => plan.streamBytesPerS * SPARE));
  const streamQuota = firehoseQuota(region).bytesPerS;
  const streamFactor = bytesPerS / streamQuota;
  const overfull = webhooks.flatMap((webhook) => overfullStores(webhook, nodes));
  return {
    prepare,
    prepareDollars: more.reduce((sum, units) => sum + units, 0) * PRICE.dynamoWarmWrite,
    quotas: [
      ...publishQuota(place),
      ...(streamFactor > 1
        ? [`Firehose: ${Math.ceil(bytesPerS / MIB)} MiB/s for the stream (first ${streamQuota / MIB})`]
        : []),
      ...(concurrency > accountConcurrency
        ? [
            `Lambda: ${Math.ceil(concurrency * SPARE)} concurrent invocations (now ${accountConcurrency}); until then, the functions share what there is`,
          ]
        : []),
      ...overfull
        .filter(({ isQuota }) => isQuota)
        .map(
          ({ name, unitsPerS: units, maxUnitsPerS }) =>
            `DynamoDB: ${rounded(units * SPARE)} write units per second for ${name} (first ${rounded(maxUnitsPerS)})`,
        ),
    ],
    instead: insteadOf(Math.max(0, ...overfull.map(({ times }) => times)), streamFactor),
  };
}

/** RainMaker and the stage share one quota. It is not known whether RainMaker retries what SNS refuses. */
function publishQuota(place: FleetInRegion): string[] {
  const { evening, storm, max } = publishLimit(place);
  const needed = Math.max(evening * SPARE, storm);
  const first = snsQuota(place.region).isLeast
    ? `first ${rounded(max)} in the smallest regions: look in Service Quotas`
    : `first ${rounded(max)}`;
  return needed > max ? [`SNS: ${rounded(needed)} messages published per second (${first})`] : [];
}

/** Returns the tables and indexes that an ordinary evening fills. */
function overfullStores(webhook: Webhook, nodes: number) {
  const evening = eveningRates(webhook.events, nodes);
  return storesOf(webhook)
    .map((store) => {
      const units = unitsPerS(store, evening);
      return { ...store, unitsPerS: units, times: units / store.maxUnitsPerS };
    })
    .filter(({ times }) => times * SPARE > 1);
}

function insteadOf(tableFactor: number, streamFactor: number): string[] {
  return [
    ...(tableFactor > 1
      ? [
          `${Math.ceil(tableFactor * SPARE)} stages, each with a part of the fleet: RainMaker deployments by region or by customer, a stage for each.`,
        ]
      : []),
    ...(streamFactor > MAX_STREAM_FACTOR
      ? [
          `For the archive Kinesis Data Streams or MSK in front of Firehose: the stream would need ${Math.ceil(streamFactor)} times its first quota.`,
        ]
      : []),
  ];
}

function rounded(value: number): string {
  return Math.ceil(value).toLocaleString("en-US");
}
