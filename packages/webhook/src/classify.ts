import {
  type Delivery,
  decode,
  isPlausibleTime,
  type RainmakerEvent,
  readDelivery,
  toRainhooksError,
} from "@rainhooks/core";
import {
  CONSUMER_DEFAULTS,
  type Decision,
  evaluate,
  type RuleLookup,
  type RuleStore,
  ruleKeysOf,
  ruleLookup,
  subjectOf,
} from "@rainhooks/filter";
import type { Item, ItemFailure } from "@rainhooks/sinks";
import type { InvocationRecord } from "./records.ts";

/** The outcome of a record before anything is written. */
export type Classified<Value> =
  | { readonly outcome: "item"; readonly item: Item<Value>; readonly atMs: number }
  | { readonly outcome: "ignored" }
  | { readonly outcome: "filtered"; readonly id: string; readonly decision: Decision }
  | { readonly outcome: "failed"; readonly failure: ItemFailure };

/** Converts the records of an invocation to items for a sink. */
export type Classify<Value> = (records: readonly InvocationRecord[]) => Promise<Classified<Value>[]>;

/** For webhooks that accept every delivery, decodable or not. */
export const classifyDeliveries: Classify<Delivery> = async (records) =>
  records.map(({ id, raw }) => {
    try {
      const value = readDelivery(raw);
      return { outcome: "item", item: { id, value }, atMs: value.sentAtMs };
    } catch (error) {
      return failed(id, error);
    }
  });

/** For workers: parses the body of each message. Its age counts from when the queue took it. */
export function classifyMessages<Value>(parse: (body: string, queuedAtMs: number) => Value): Classify<Value> {
  return async (records) =>
    records.map(({ id, queued, queuedAtMs }) => {
      try {
        return { outcome: "item", item: { id, value: parse(queued.body, queuedAtMs) }, atMs: queuedAtMs };
      } catch (error) {
        return failed(id, error);
      }
    });
}

/** An event, and the delivery that it was decoded from. */
export interface EventDelivery {
  readonly event: RainmakerEvent;
  readonly delivery: Delivery;
}

/** For webhooks that accept events: decodes each record, ignores unwanted types, and evaluates the filter rules. */
export function classifyEvents(options: {
  readonly wanted: ReadonlySet<string>;
  readonly rules: RuleStore | undefined;
  readonly integration: string;
}): Classify<EventDelivery> {
  const { wanted, rules, integration } = options;
  return async (records) => {
    const classified = records.map((record) => classifyRecord(record, wanted));
    return rules === undefined ? classified : filter(classified, rules, integration);
  };
}

function classifyRecord(
  { id, raw }: InvocationRecord,
  wanted: ReadonlySet<string>,
): Classified<EventDelivery> {
  try {
    const delivery = readDelivery(raw);
    const decoded = decode(delivery);
    if (decoded.kind === "undecodable") {
      // An undecodable event of an unwanted type is ignored, not reported.
      const { type, error } = decoded;
      return type === undefined || wanted.has(type) ? failed(id, error) : { outcome: "ignored" };
    }
    const { event } = decoded;
    if (decoded.kind === "unknown" || !wanted.has(event.type)) return { outcome: "ignored" };
    const atMs = isPlausibleTime(event.atMs, event.sentAtMs) ? event.atMs : event.sentAtMs;
    return { outcome: "item", item: { id, value: { event: decoded.event, delivery } }, atMs };
  } catch (error) {
    return failed(id, error);
  }
}

async function filter(
  classified: readonly Classified<EventDelivery>[],
  store: RuleStore,
  integration: string,
): Promise<Classified<EventDelivery>[]> {
  const keys = classified.flatMap((one) =>
    one.outcome === "item" ? ruleKeysOf(subjectOf(one.item.value.event)) : [],
  );
  try {
    const lookup = ruleLookup((await store.fetch(keys)).values());
    return classified.map((one) => (one.outcome === "item" ? decide(one, lookup, integration) : one));
  } catch (error) {
    return classified.map((one) => (one.outcome === "item" ? failed(one.item.id, error) : one));
  }
}

function decide(
  one: Extract<Classified<EventDelivery>, { outcome: "item" }>,
  lookup: RuleLookup,
  integration: string,
): Classified<EventDelivery> {
  const { id, value } = one.item;
  try {
    const decision = evaluate(subjectOf(value.event), lookup, integration, CONSUMER_DEFAULTS);
    return decision.pass ? one : { outcome: "filtered", id, decision };
  } catch (error) {
    return failed(id, error);
  }
}

function failed(id: string, thrown: unknown): { outcome: "failed"; failure: ItemFailure } {
  return { outcome: "failed", failure: { id, error: toRainhooksError(thrown) } };
}
