import { catalogEntry, type EventType, shortType } from "@rainhooks/core/catalog";
import { decode } from "@rainhooks/core/decode/decode";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { topicName } from "@rainhooks/core/deliveries/read";
import { nodesOf } from "@rainhooks/core/event";
import type { ReplaySelection } from "./replay-job.ts";

/** What a webhook gets: by its subscriptions, and their filter policy. */
export interface SubscriptionScope {
  /** ARNs of the topics, by event type. */
  readonly topics: Readonly<Record<string, string>>;
  /** Values of attributes of which a message must have one each. */
  readonly filterPolicy?: Readonly<Record<string, readonly string[]>> | undefined;
}

/**
 * Returns the event type (without its prefix) of a delivery that is part of a replay; `undefined`
 * for any other.
 */
export type Selector = (delivery: Delivery) => string | undefined;

/**
 * Makes the selector of a replay: a webhook gets from a replay only what its subscriptions would
 * have brought it.
 *
 * @param subscribed What the webhook gets today. Changes of subscriptions are not kept.
 */
export function selectorOf(
  selection: ReplaySelection,
  { topics, filterPolicy = {} }: SubscriptionScope,
): Selector {
  const { fromMs, toMs, events, nodes, ids } = selection;
  const wantedType = typeFilter(topics, events);
  const wantedIds = ids === undefined ? undefined : new Set(ids);
  const wantedNodes = nodes === undefined ? undefined : new Set(nodes);
  const policy = Object.entries(filterPolicy).map(
    ([name, values]) => [name, new Set(values)] as const,
  );
  const isWanted = (delivery: Delivery) =>
    delivery.sentAtMs >= fromMs &&
    delivery.sentAtMs < toMs &&
    (wantedIds === undefined || wantedIds.has(delivery.id)) &&
    policy.every(([name, values]) => values.has(delivery.attributes[name] ?? "")) &&
    (wantedNodes === undefined || nodeIdsOf(delivery).some((id) => wantedNodes.has(id)));
  return (delivery) => {
    const type = wantedType(delivery);
    return type !== undefined && isWanted(delivery) ? type : undefined;
  };
}

function typeFilter(
  topics: SubscriptionScope["topics"],
  events: readonly EventType[] | undefined,
): Selector {
  const chosen = events === undefined ? undefined : new Set(events.map(shortType));
  const wanted = Object.entries(topics).filter(([type]) => chosen?.has(type) ?? true);
  const byTopic = new Map(wanted.map(([type, arn]) => [topicName(arn), type]));
  const types = new Set(wanted.map(([type]) => type));
  return (delivery) => {
    if (delivery.topic !== undefined) return byTopic.get(delivery.topic);
    const type = typeOf(delivery);
    return types.has(type) ? type : undefined;
  };
}

/** Returns the event type of a delivery without a topic, which came with raw message delivery. */
function typeOf(delivery: Delivery): string {
  const decoded = decode(delivery);
  const type = decoded.kind === "undecodable" ? decoded.type : decoded.event.type;
  const known = type === undefined ? undefined : catalogEntry(type);
  return known === undefined ? "" : shortType(known.type);
}

function nodeIdsOf(delivery: Delivery): readonly string[] {
  const decoded = decode(delivery);
  if (decoded.kind === "event") return nodesOf(decoded.event);
  const { node_id: id } = delivery.attributes;
  return id === undefined ? [] : [id];
}
