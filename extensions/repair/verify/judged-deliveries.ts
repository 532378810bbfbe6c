import type { Archive } from "@rainhooks/archive/objects";
import type { DeliveryLine, ObjectLines, UnreadableLine } from "@rainhooks/archive/read/lines";
import type { EventType } from "@rainhooks/core/catalog";
import { decode } from "@rainhooks/core/decode/decode";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import type { RainmakerEvent } from "@rainhooks/core/event";
import { CONSUMER_DEFAULTS, evaluate, ruleKeysOf, subjectOf } from "@rainhooks/filter/evaluate";
import type { RuleHistory } from "@rainhooks/filter/history";
import { type RuleKey, ruleKeyText } from "@rainhooks/filter/rule";
import { historyLookup } from "@rainhooks/filter/rule-lookup";
import type { RuleStore } from "@rainhooks/filter/store";
import { type SubscriptionScope, selectorOf } from "../replay/select.ts";
import type { RuleKnowledge } from "./known-rules.ts";

/** What a webhook has done with a delivery, as far as that follows from the archive. */
export type DeliveryVerdict = {
  readonly delivery: Delivery;
  /** Where in the archive it is. */
  readonly line: number;
} & (
  | { readonly outcome: "handled" | "unknown"; readonly event: RainmakerEvent }
  | { readonly outcome: "filtered" | "undecodable" | "ignored" }
);

/** Judged deliveries of a part of an object. */
export interface LineVerdicts {
  readonly key: string;
  readonly deliveries: readonly DeliveryVerdict[];
  readonly unreadable: readonly UnreadableLine[];
}

/** A webhook, as far as it decides what it handles. */
export interface WebhookScope {
  readonly events: readonly EventType[];
  readonly filtered: boolean;
  readonly subscribed: SubscriptionScope;
  /** Since when it has these subscriptions; those of before are not known. Epoch milliseconds. */
  readonly sinceMs: number;
}

/** Where filter rules are. */
export interface FilterDependencies {
  /** Cached, because rules are asked for with each part of an object. */
  readonly rules: RuleStore;
  readonly known: RuleKnowledge;
  readonly integration: string;
}

/** Where deliveries and rules are. */
export interface JudgeDependencies extends FilterDependencies {
  readonly archive: Archive;
}

/**
 * Reads the deliveries in lines of the archive that were published in a range, each with what the webhook has
 * done with it: by its subscriptions, and by the rules in force when the delivery was published. `unknown`:
 * its subscriptions or these rules are not known.
 *
 * @param isAsked Others are left out. @defaultValue all are asked for
 */
export async function* readVerdicts(
  lines: AsyncIterable<ObjectLines>,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  webhook: WebhookScope,
  dependencies: FilterDependencies,
  isAsked: (delivery: Delivery) => boolean = () => true,
): AsyncGenerator<LineVerdicts> {
  const { subscribed, sinceMs } = webhook;
  const selector = selectorOf({ fromMs: Math.max(fromMs, sinceMs), toMs }, subscribed);
  const isBefore = ({ sentAtMs }: Delivery) => sentAtMs >= fromMs && sentAtMs < Math.min(sinceMs, toMs);
  const wanted: ReadonlySet<string> = new Set(webhook.events);
  const judge = ({ delivery, line }: DeliveryLine): DeliveryVerdict[] => {
    const isSubscribed = selector(delivery) !== undefined;
    if (!isAsked(delivery) || !(isSubscribed || isBefore(delivery))) return [];
    return [decodeOne(delivery, line, wanted, isSubscribed)];
  };
  for await (const { key, deliveries: all, unreadable } of lines) {
    const decoded = all.flatMap(judge);
    const deliveries = webhook.filtered ? await filterAll(decoded, dependencies) : decoded;
    yield { key, deliveries, unreadable };
  }
}

function decodeOne(
  delivery: Delivery,
  line: number,
  wanted: ReadonlySet<string>,
  isSubscribed: boolean,
): DeliveryVerdict {
  const decoded = decode(delivery);
  if (decoded.kind === "undecodable") {
    const isIts = isSubscribed && (decoded.type === undefined || wanted.has(decoded.type));
    return { delivery, line, outcome: isIts ? "undecodable" : "ignored" };
  }
  if (decoded.kind === "unknown" || !wanted.has(decoded.event.type))
    return { delivery, line, outcome: "ignored" };
  return { delivery, line, outcome: isSubscribed ? "handled" : "unknown", event: decoded.event };
}

async function filterAll(
  all: readonly DeliveryVerdict[],
  dependencies: FilterDependencies,
): Promise<DeliveryVerdict[]> {
  const verdicts = await filterVerdicts(
    all.flatMap((one) => ("event" in one ? [one.event] : [])),
    dependencies,
  );
  return all.map((one) => {
    if (!("event" in one)) return one;
    const verdict = verdicts.get(one.event);
    if (verdict === "unknown") return { ...one, outcome: "unknown" };
    return verdict === "pass" ? one : { delivery: one.delivery, line: one.line, outcome: "filtered" };
  });
}

/**
 * Whether an event passes the filter rules that were in force when it was published. `unknown`: they are not
 * known any more.
 */
export type FilterVerdict = "pass" | "filtered" | "unknown";

/** Returns of each event whether it passes the filter rules that were in force when it was published. */
export async function filterVerdicts(
  events: readonly RainmakerEvent[],
  { rules, known, integration }: FilterDependencies,
): Promise<Map<RainmakerEvent, FilterVerdict>> {
  const asked = events.map((event) => ({ event, keys: ruleKeysOf(subjectOf(event)) }));
  const all = asked.flatMap(({ keys }) => keys);
  const histories = all.length === 0 ? NO_HISTORIES : await rules.fetch(all);
  const lookupAt = historyLookup(histories.values());
  const verdictOf = ({ event, keys }: (typeof asked)[number]): FilterVerdict => {
    const historyOf = (key: RuleKey) => (histories.size === 0 ? undefined : histories.get(ruleKeyText(key)));
    if (!keys.every((key) => known.isKnown(key, historyOf(key), event.sentAtMs))) return "unknown";
    // A rule that is missing filters nothing out here.
    if (histories.size === 0) return "pass";
    const { pass } = evaluate(subjectOf(event), lookupAt(event.sentAtMs), integration, CONSUMER_DEFAULTS);
    return pass ? "pass" : "filtered";
  };
  return new Map(asked.map((one) => [one.event, verdictOf(one)]));
}

const NO_HISTORIES: ReadonlyMap<string, RuleHistory> = new Map();

/** Returns the places of lines that cannot be read, for people. */
export function placesOf(key: string, unreadable: ObjectLines["unreadable"]): string[] {
  return unreadable.map(({ line, reason }) => `${key}${line === 0 ? "" : `, line ${line}`}: ${reason}`);
}
