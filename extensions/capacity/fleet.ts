import type { EventType } from "@rainhooks/core/catalog";

/** Messages per node and day. All other events are rare. */
export const MESSAGES_PER_DAY: Readonly<Partial<Record<EventType, number>>> = {
  "rmaker.event.node_connected": 2,
  "rmaker.event.node_disconnected": 2,
  "rmaker.event.node_params_changed": 48,
  "rmaker.event.node_ts_data": 96,
  "rmaker.event.alert": 1,
  "rmaker.event.node_config_changed": 1,
};

/** How many times the average of a day a fleet sends in its busiest hours. */
const EVENING_FACTOR = 3;
/**
 * Time in which all nodes of a fleet disconnect and connect again, after an outage of the network
 * or of RainMaker.
 */
export const STORM_S = 60;
/** Time within which a stage should have written a storm. */
export const DRAIN_S = 150;

const DAY_S = 86_400;
const STORM_EVENTS: ReadonlySet<EventType> = new Set([
  "rmaker.event.node_connected",
  "rmaker.event.node_disconnected",
]);

/** Events per second, by type. */
export type Rates = ReadonlyMap<EventType, number>;

/** Returns the messages per node and day of some events. */
export function perDay(events: readonly EventType[]): number {
  return events.reduce((sum, type) => sum + (MESSAGES_PER_DAY[type] ?? 0), 0);
}

/** Returns the events per second of a fleet at its two worst moments. */
export function ratesOf(
  events: readonly EventType[],
  nodes: number,
): { readonly evening: Rates; readonly storm: Rates } {
  const busy = (nodes * EVENING_FACTOR) / DAY_S;
  const daily = events.map((type) => [type, MESSAGES_PER_DAY[type] ?? 0] as const);
  const storm = events.filter((type) => STORM_EVENTS.has(type));
  return {
    /** In its busiest hours. */
    evening: new Map(daily.map(([type, count]) => [type, count * busy])),
    /** While all nodes disconnect and connect again; empty without these events. */
    storm: new Map(storm.map((type) => [type, nodes / STORM_S])),
  };
}

/** Returns the sum of rates. */
export function totalOf(rates: Rates): number {
  return [...rates.values()].reduce((sum, rate) => sum + rate, 0);
}
