import { EVENT_TYPES, type EventType } from "@rainhooks/core/catalog";
import { ratesOf, totalOf } from "./fleet.ts";
import {
  ACCOUNT_CONCURRENCY,
  FIREHOSE_BATCH_RECORDS,
  firehoseQuota,
  MAX_IN_FLIGHT,
  snsQuota,
} from "./limits.ts";
import { eventsPerS, planOf } from "./plan.ts";
import { type LoadedWebhook, storesOf, unitsPerS } from "./stores.ts";

/** A fleet, and the account and region in which its events are handled. */
export interface FleetInRegion {
  readonly nodes: number;
  readonly region: string;
  /**
   * Invocations at once of all functions of the account. @defaultValue 1,000; new accounts can have
   * 10
   */
  readonly accountConcurrency?: number;
  /** Whether the stage has AWS IoT publish the reason of each disconnect. */
  readonly disconnectReasons?: boolean;
}

/** Something of AWS that takes only so much. */
export interface Limit {
  readonly name: string;
  /** What it takes, of an account that has not asked for more. */
  readonly max: number;
  /** What a fleet needs of the limit in the busiest hours. */
  readonly evening: number;
  /** What a fleet needs of the limit while all nodes disconnect and connect within a minute. */
  readonly storm: number;
  /**
   * The moment for which AWS has to raise it; `undefined` if it grows with another one, or never.
   */
  readonly raisedFor?: "evening" | "storm";
}

/** Returns the limits that the events of a fleet come near, first the one that binds first. */
export function limitsOf(webhooks: readonly LoadedWebhook[], place: FleetInRegion): Limit[] {
  const limits = [
    publishLimit(place),
    concurrencyLimit(webhooks, place),
    ...webhooks.flatMap((webhook) => [
      inFlightLimit(webhook, place),
      ...storeLimits(webhook, place),
      ...streamLimits(webhook, place),
    ]),
  ];
  return limits.toSorted((a, b) => usedShare(b) - usedShare(a));
}

/**
 * Returns what share of a limit a fleet needs at its worst moment: more than 1 is more than it
 * takes.
 */
export function usedShare({ max, evening, storm }: Limit): number {
  return Math.max(evening, storm) / max;
}

/** Returns the events per second of a fleet at its two worst moments, all types together. */
function totalsOf(events: readonly EventType[], nodes: number) {
  const { evening, storm } = ratesOf(events, nodes);
  return { evening: totalOf(evening), storm: totalOf(storm) };
}

/**
 * Returns what SNS takes of an account. RainMaker publishes each event once, whatever a stage takes
 * of them; the reason of a disconnect is a message more. It is not known whether RainMaker retries
 * what SNS refuses.
 */
function publishLimit({ nodes, region, disconnectReasons = false }: FleetInRegion): Limit {
  const { messagesPerS, isLeast } = snsQuota(region);
  const published = totalsOf(EVENT_TYPES, nodes);
  const reasons = totalsOf(disconnectReasons ? ["rmaker.event.node_disconnected"] : [], nodes);
  return {
    name: `SNS: messages/s published by the account${isLeast ? "; your region may take more" : ""}`,
    max: messagesPerS,
    evening: published.evening + reasons.evening,
    storm: published.storm + reasons.storm,
    raisedFor: "storm",
  };
}

function concurrencyLimit(
  webhooks: readonly LoadedWebhook[],
  { nodes, accountConcurrency = ACCOUNT_CONCURRENCY }: FleetInRegion,
): Limit {
  const busy = webhooks.map((webhook) => busyInvocations(webhook, nodes));
  const planned = webhooks.map((webhook) => planOf(webhook, nodes).concurrency);
  return {
    name: "Lambda: invocations of the account at once",
    max: accountConcurrency,
    evening: busy.reduce((sum, one) => sum + one, 0),
    storm: planned.reduce((sum, one) => sum + one, 0),
    raisedFor: "storm",
  };
}

function busyInvocations(webhook: LoadedWebhook, nodes: number): number {
  return Math.ceil(totalsOf(webhook.events, nodes).evening / eventsPerS(webhook));
}

function inFlightLimit(webhook: LoadedWebhook, { nodes }: FleetInRegion): Limit {
  return {
    name: `SQS: messages of ${webhook.name} received and not done`,
    max: MAX_IN_FLIGHT,
    evening: busyInvocations(webhook, nodes) * webhook.batch.size,
    storm: planOf(webhook, nodes).concurrency * webhook.batch.size,
  };
}

/** Returns what the tables and indexes of a webhook take. */
export function storeLimits(webhook: LoadedWebhook, { nodes }: FleetInRegion): Limit[] {
  const { evening, storm } = ratesOf(webhook.events, nodes);
  return storesOf(webhook).map((store) => ({
    name: `DynamoDB: write units/s of ${store.name}${store.isQuota ? "" : ", which no quota raises"}`,
    max: store.maxUnitsPerS,
    evening: unitsPerS(store, evening),
    storm: unitsPerS(store, storm),
    ...(store.isQuota ? { raisedFor: "evening" as const } : {}),
  }));
}

/** Returns what a stream of a webhook takes: the three quotas grow together. */
export function streamLimits(
  { events, batch, load: { streamBytes = 0 }, name }: LoadedWebhook,
  { nodes, region }: FleetInRegion,
): Limit[] {
  if (streamBytes === 0) return [];
  const { evening, storm } = totalsOf(events, nodes);
  const quota = firehoseQuota(region);
  const limit = (what: string, max: number, perEvent: number): Limit => ({
    name: `Firehose: ${what} of ${name}`,
    max,
    evening: evening * perEvent,
    storm: storm * perEvent,
  });
  return [
    { ...limit("bytes/s", quota.bytesPerS, streamBytes), raisedFor: "evening" },
    limit("records/s", quota.recordsPerS, 1),
    limit("requests/s", quota.requestsPerS, 1 / Math.min(batch.size, FIREHOSE_BATCH_RECORDS)),
  ];
}
