import type { Webhook } from "@rainhooks/webhook/define-function";
import type { Load, PerEvent } from "@rainhooks/webhook/load";
import { tablesOf } from "@rainhooks/webhook/resources";
import type { Rates } from "./fleet.ts";
import { maxUnitsPerS, TABLE_UNITS_PER_S } from "./limits.ts";

/** A webhook whose definition says what its events take. */
export interface LoadedWebhook extends Webhook {
  readonly load: Load;
}

/** Returns whether a webhook's definition says what its events take. */
export function isLoaded(webhook: Webhook): webhook is LoadedWebhook {
  return webhook.load !== undefined;
}

/** A table or an index that a webhook writes to. */
export interface StoreLimits {
  /** Name of the table, or `<table>/<index>`. */
  readonly name: string;
  /** Write units of an event. */
  readonly writeUnits: PerEvent;
  /** Write units per second that it takes at most. */
  readonly maxUnitsPerS: number;
  /** Whether AWS can raise that on request; not if the keys of an index bound it. */
  readonly isQuota: boolean;
}

/**
 * Returns the tables and indexes that the load of a webhook names.
 *
 * @throws {TypeError} for a table or an index that the webhook does not have.
 */
export function storesOf(webhook: LoadedWebhook): StoreLimits[] {
  const { name, load } = webhook;
  const tables = tablesOf(webhook);
  return Object.entries(load.writeUnits ?? {}).map(([store, writeUnits]) => {
    const [tableName, indexName] = store.split("/");
    const table = tables.find((one) => one.name === tableName);
    const known =
      indexName === undefined || table?.indexes?.some((index) => index.name === indexName);
    if (table === undefined || known !== true)
      throw new TypeError(
        `Webhook ${JSON.stringify(name)}: its load names ${store}, which it does not have.`,
      );
    const max = maxUnitsPerS(table, indexName);
    return { name: store, writeUnits, maxUnitsPerS: max, isQuota: max === TABLE_UNITS_PER_S };
  });
}

/** Returns the write units per second that events take in a store. */
export function unitsPerS({ writeUnits }: Pick<StoreLimits, "writeUnits">, rates: Rates): number {
  return [...rates].reduce((sum, [type, rate]) => sum + rate * (writeUnits[type] ?? 0), 0);
}

/** Returns how many times these events a store takes; Infinity if they do not write to it. */
export function headroomOf(store: StoreLimits, rates: Rates): number {
  return store.maxUnitsPerS / unitsPerS(store, rates);
}
