import { type Delivery, decode, type RainmakerEvent, readDelivery, toRainhooksError } from "@rainhooks/core";
import {
  CONSUMER_DEFAULTS,
  type Decision,
  evaluate,
  type RuleStore,
  ruleKeysOf,
  ruleKeyText,
  subjectOf,
} from "@rainhooks/filter";
import { failAll, type Item, type ItemFailure, type Sink } from "@rainhooks/sinks";
import type { InvocationRecord } from "./records.ts";

/** What became of a record before anything was written. */
export type Sorted<Value> =
  | { readonly fate: "item"; readonly item: Item<Value>; readonly atMs: number }
  | { readonly fate: "ignored" }
  | { readonly fate: "filtered"; readonly id: string; readonly decision: Decision }
  | { readonly fate: "failed"; readonly failure: ItemFailure };

/** Turns the records of an invocation into what a sink takes. */
export type Sort<Value> = (records: readonly InvocationRecord[]) => Promise<Sorted<Value>[]>;

/** For webhooks that take deliveries as they are, whatever they say. */
export const sortDeliveries: Sort<Delivery> = async (records) =>
  records.map(({ id, raw }) => {
    try {
      const value = readDelivery(raw);
      return { fate: "item", item: { id, value }, atMs: value.sentAtMs };
    } catch (error) {
      return failed(id, error);
    }
  });

/** For webhooks that take events: decodes, passes by what is not wanted, asks the filter for the rest. */
export function sortEvents(options: {
  readonly wanted: ReadonlySet<string>;
  readonly rules: RuleStore | undefined;
  readonly integration: string;
}): Sort<RainmakerEvent> {
  const { wanted, rules, integration } = options;
  return async (records) => {
    const sorted = records.map((record) => decodeRecord(record, wanted));
    return rules === undefined ? sorted : filter(sorted, rules, integration);
  };
}

function decodeRecord({ id, raw }: InvocationRecord, wanted: ReadonlySet<string>): Sorted<RainmakerEvent> {
  try {
    const decoded = decode(readDelivery(raw));
    if (decoded.kind === "undecodable") return failed(id, decoded.error);
    if (decoded.kind === "unknown" || !wanted.has(decoded.event.type)) return { fate: "ignored" };
    return { fate: "item", item: { id, value: decoded.event }, atMs: decoded.event.atMs };
  } catch (error) {
    return failed(id, error);
  }
}

async function filter(
  sorted: readonly Sorted<RainmakerEvent>[],
  store: RuleStore,
  integration: string,
): Promise<Sorted<RainmakerEvent>[]> {
  const keys = sorted.flatMap((one) => (one.fate === "item" ? ruleKeysOf(subjectOf(one.item.value)) : []));
  try {
    const rules = await store.fetch(keys);
    return sorted.map((one) => {
      if (one.fate !== "item") return one;
      const decision = evaluate(
        subjectOf(one.item.value),
        (key) => rules.get(ruleKeyText(key)),
        integration,
        CONSUMER_DEFAULTS,
      );
      return decision.pass ? one : { fate: "filtered", id: one.item.id, decision };
    });
  } catch (error) {
    return sorted.map((one) => (one.fate === "item" ? failed(one.item.id, error) : one));
  }
}

function failed(id: string, thrown: unknown): { fate: "failed"; failure: ItemFailure } {
  return { fate: "failed", failure: { id, error: toRainhooksError(thrown) } };
}

/** Writes items; a sink that throws has failed them all. */
export async function writeItems<Value>(
  sink: Sink<Value>,
  items: readonly Item<Value>[],
): Promise<readonly ItemFailure[]> {
  if (items.length === 0) return [];
  try {
    return await sink.write(items);
  } catch (error) {
    return failAll(
      items.map(({ id }) => id),
      toRainhooksError(error),
    );
  }
}
