import { dollarsOf } from "@rainhooks/stage/cost/usage";
import { type FleetInRegion, type Limit, limitsOf, storeLimits, streamLimits } from "./binding.ts";
import { NEW_TABLE_UNITS_PER_S } from "./limits.ts";
import { planOf, SPARE } from "./plan.ts";
import type { LoadedWebhook } from "./stores.ts";

/** What a stage for a fleet needs besides its configuration. */
export interface Advice {
  /**
   * Write units per second for which a table, or an index (`<table>/<index>`), is to be prepared
   * once.
   */
  readonly prepare: ReadonlyMap<string, number>;
  /** What that costs, once, in dollars. */
  readonly prepareDollars: number;
  /** Quotas that AWS has to raise first. */
  readonly quotas: readonly string[];
  /** What to run instead, for a fleet that is too large for one stage. */
  readonly instead: readonly string[];
}

/** A stream beyond this many times its quota is no longer a matter of asking. */
const MAX_STREAM_FACTOR = 10;

/**
 * Says what a stage needs for a number of nodes in a region.
 *
 * @throws {TypeError} if a load names a table or an index that its webhook does not have.
 */
export function adviceFor(webhooks: readonly LoadedWebhook[], place: FleetInRegion): Advice {
  const prepare = new Map(webhooks.flatMap((webhook) => [...planOf(webhook, place.nodes).warm]));
  const more = [...prepare.values()].reduce((sum, units) => sum + units - NEW_TABLE_UNITS_PER_S, 0);
  const factorOf = (limits: (webhook: LoadedWebhook, place: FleetInRegion) => readonly Limit[]) =>
    Math.max(
      0,
      ...webhooks.flatMap((one) => limits(one, place)).map(({ evening, max }) => evening / max),
    );
  return {
    prepare,
    prepareDollars: dollarsOf({ dynamoWarmWrite: more }),
    quotas: limitsOf(webhooks, place).flatMap(quotaToRaise),
    instead: insteadOf(factorOf(storeLimits) * SPARE, factorOf(streamLimits) * SPARE),
  };
}

function quotaToRaise({ name, max, evening, storm, raisedFor }: Limit): string[] {
  if (raisedFor === undefined) return [];
  const needed = Math.max(evening * SPARE, raisedFor === "storm" ? storm : 0);
  return needed > max ? [`${name}: ${rounded(needed)} (first ${rounded(max)})`] : [];
}

function insteadOf(tableFactor: number, streamFactor: number): string[] {
  return [
    ...(tableFactor > SPARE
      ? [
          `${Math.ceil(tableFactor)} stages, each with a part of the fleet: RainMaker deployments by region or by customer, a stage for each.`,
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
