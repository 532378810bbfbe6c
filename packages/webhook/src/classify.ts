import { decode } from "@rainhooks/core/decode/decode";
import { isPlausibleTime } from "@rainhooks/core/decode/time";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import {
  DEAD_SINCE_ATTRIBUTE,
  REPLAY_ATTRIBUTE,
  readDelivery,
  readReplay,
} from "@rainhooks/core/deliveries/read";
import { RainhooksError, toRainhooksError } from "@rainhooks/core/errors";
import { nodesOf, type RainmakerEvent } from "@rainhooks/core/event";
import {
  CONSUMER_DEFAULTS,
  type Decision,
  evaluate,
  ruleKeysOf,
  subjectOf,
} from "@rainhooks/filter/evaluate";
import { historyLookup } from "@rainhooks/filter/rule-lookup";
import type { RuleStore } from "@rainhooks/filter/store";
import type { Item, ItemFailure } from "@rainhooks/sinks/sink";
import type { Webhook } from "./define-function.ts";
import type { InvocationRecord } from "./records.ts";

/** The outcome of a record before anything is written. */
export type Classification<Value> =
  | {
      readonly outcome: "item";
      readonly item: Item<Value>;
      readonly atMs: number;
      /** The node that it is about, or the first of several; absent if it is about none. */
      readonly nodeId?: string | undefined;
      /** Name of the topic that it comes from, as far as that is known. */
      readonly topic?: string | undefined;
    }
  | { readonly outcome: "ignored" }
  | {
      readonly outcome: "filtered";
      readonly id: string;
      readonly decision: Decision;
      readonly nodeId?: string | undefined;
      readonly topic?: string | undefined;
    }
  | {
      readonly outcome: "failed";
      readonly failure: ItemFailure;
      readonly topic?: string | undefined;
    };

/** Converts the records of an invocation to items for a sink. */
export type Classify<Value> = (
  records: readonly InvocationRecord[],
) => Promise<Classification<Value>[]>;

/** For webhooks that accept every delivery, decodable or not. */
export const classifyDeliveries: Classify<Delivery> = async (records) =>
  records.map(({ id, raw }) => {
    try {
      const value = readDelivery(raw);
      return { outcome: "item", item: { id, value }, atMs: value.sentAtMs, topic: value.topic };
    } catch (error) {
      return failed(id, error);
    }
  });

/** For workers: parses the body of each message. Its age counts from when the queue took it. */
export function classifyMessages<Value>(
  parse: (body: string, queuedAtMs: number) => Value,
): Classify<Value> {
  return async (records) =>
    records.map(({ id, queued, queuedAtMs }) => {
      try {
        return {
          outcome: "item",
          item: { id, value: parse(queued.body, queuedAtMs) },
          atMs: queuedAtMs,
        };
      } catch (error) {
        return failed(id, error);
      }
    });
}

/** An event, and the delivery that it was decoded from. */
export interface EventDelivery {
  readonly event: RainmakerEvent;
  readonly delivery: Delivery;
  /**
   * Present if a function may have handled some of it before: the record was received before, or it
   * was a dead letter.
   */
  readonly again?: "received" | "redriven";
  /**
   * When a function received the record for the first time, epoch milliseconds; 0 if that is not
   * known.
   */
  readonly firstReceivedMs: number;
}

/**
 * For webhooks that accept events: decodes each record, ignores unwanted types, and evaluates the
 * filter rules.
 */
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
  { id, raw, receives, queued, firstReceivedMs }: InvocationRecord,
  wanted: ReadonlySet<string>,
): Classification<EventDelivery> {
  try {
    const delivery = readDelivery(raw);
    const decoded = decode(delivery);
    if (decoded.kind === "undecodable") {
      // An undecodable event of an unwanted type is ignored, not reported.
      const { type, error } = decoded;
      return type === undefined || wanted.has(type)
        ? { ...failed(id, error), topic: delivery.topic }
        : { outcome: "ignored" };
    }
    const { event } = decoded;
    if (decoded.kind === "unknown" || !wanted.has(event.type)) return { outcome: "ignored" };
    const atMs = isPlausibleTime(event.atMs, event.sentAtMs) ? event.atMs : event.sentAtMs;
    const [nodeId] = nodesOf(decoded.event);
    const isRedriven = queued.attributes[DEAD_SINCE_ATTRIBUTE] !== undefined;
    const value: EventDelivery = {
      event: decoded.event,
      delivery,
      firstReceivedMs,
      ...(receives > 1 ? { again: "received" } : isRedriven ? { again: "redriven" } : {}),
    };
    return { outcome: "item", item: { id, value }, atMs, nodeId, topic: delivery.topic };
  } catch (error) {
    return failed(id, error);
  }
}

async function filter(
  classified: readonly Classification<EventDelivery>[],
  store: RuleStore,
  integration: string,
): Promise<Classification<EventDelivery>[]> {
  const keys = classified.flatMap((one) =>
    one.outcome === "item" ? ruleKeysOf(subjectOf(one.item.value.event)) : [],
  );
  const publishedMs = classified.map((one) =>
    one.outcome === "item" ? one.item.value.event.sentAtMs : 0,
  );
  try {
    const rules = await store.fetch(
      keys,
      publishedMs.reduce((last, one) => Math.max(last, one), 0),
    );
    const lookupAt = historyLookup(rules.values());
    return classified.map((one) =>
      one.outcome === "item" ? decide(one, lookupAt, integration) : one,
    );
  } catch (error) {
    return classified.map((one) =>
      one.outcome === "item" ? { ...failed(one.item.id, error), topic: one.topic } : one,
    );
  }
}

function decide(
  one: Extract<Classification<EventDelivery>, { outcome: "item" }>,
  lookupAt: ReturnType<typeof historyLookup>,
  integration: string,
): Classification<EventDelivery> {
  const { id, value } = one.item;
  try {
    const lookup = lookupAt(value.event.sentAtMs);
    const decision = evaluate(subjectOf(value.event), lookup, integration, CONSUMER_DEFAULTS);
    const { nodeId, topic } = one;
    return decision.pass ? one : { outcome: "filtered", id, decision, nodeId, topic };
  } catch (error) {
    return failed(id, error);
  }
}

/**
 * Lets records of replays fail for good, for a webhook that refuses them, or accepts only those
 * with an address. Nothing sends them to its queue; a person can.
 */
export function refuseReplays<Value>(
  { name, replay }: Pick<Webhook, "name" | "replay">,
  classify: Classify<Value>,
): Classify<Value> {
  if (replay === "accept") return classify;
  return async (records) => {
    const classified = await classify(records);
    return classified.map((one, index) => {
      const { id = "", queued } = records[index] ?? {};
      const text = queued?.attributes[REPLAY_ATTRIBUTE]?.StringValue;
      if (text === undefined) return one;
      if (replay === "accept-addressed" && readReplay(text)?.address !== undefined) return one;
      const which = replay === "refuse" ? "replays" : "replays without an address";
      const message = `${name} refuses ${which}, and this record is from the replay ${text}.`;
      return failed(id, new RainhooksError("event-refused", message, { permanent: true }));
    });
  };
}

function failed(id: string, thrown: unknown): { outcome: "failed"; failure: ItemFailure } {
  return { outcome: "failed", failure: { id, error: toRainhooksError(thrown) } };
}
