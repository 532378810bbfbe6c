import {
  type Archive,
  type HoursToRead,
  type ObjectLines,
  readHours,
  type UnreadableLine,
} from "@rainhooks/archive";
import { type Delivery, decode, type EventType, type RainmakerEvent } from "@rainhooks/core";
import {
  CONSUMER_DEFAULTS,
  evaluate,
  historyLookup,
  type RuleHistory,
  type RuleKnowledge,
  type RuleStore,
  ruleKeysOf,
  ruleKeyText,
  subjectOf,
} from "@rainhooks/filter";
import { type Subscribed, selectorOf } from "../replay/select.ts";

/** What a webhook has done with a delivery, as far as that follows from the archive. */
export type JudgedDelivery = {
  readonly delivery: Delivery;
  /** Where in the archive it is. */
  readonly line: number;
} & (
  | { readonly outcome: "handled" | "unknown"; readonly event: RainmakerEvent }
  | { readonly outcome: "filtered" | "undecodable" | "ignored" }
);

/** Judged deliveries of a part of an object. */
export interface JudgedLines {
  readonly key: string;
  readonly deliveries: readonly JudgedDelivery[];
  readonly unreadable: readonly UnreadableLine[];
}

/** A webhook, as far as it decides what it handles. */
export interface JudgedWebhook {
  readonly events: readonly EventType[];
  readonly filtered: boolean;
  /** Its subscriptions of today. */
  readonly subscribed: Subscribed;
}

/** Where deliveries and rules are. */
export interface JudgeParts {
  readonly archive: Archive;
  readonly hours: HoursToRead;
  /** Cached, because rules are asked for with each part of an object. */
  readonly rules: RuleStore;
  readonly known: RuleKnowledge;
  readonly integration: string;
}

/**
 * Reads archived deliveries of a range, each with what the webhook has done with it: by its subscriptions, and by the rules in force
 * when the delivery was published. `unknown`: these rules are not known any more.
 */
export async function* judgedDeliveries(
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  webhook: JudgedWebhook,
  parts: JudgeParts,
): AsyncGenerator<JudgedLines> {
  const selector = selectorOf({ fromMs, toMs }, webhook.subscribed);
  const wanted: ReadonlySet<string> = new Set(webhook.events);
  for await (const part of readHours(parts.archive, parts.hours)) {
    const lines = part.deliveries.filter(({ delivery }) => selector(delivery) !== undefined);
    const decoded = lines.map(({ delivery, line }) => decodeOne(delivery, line, wanted));
    const deliveries = webhook.filtered ? await filterAll(decoded, parts) : decoded;
    yield { key: part.key, deliveries, unreadable: part.unreadable };
  }
}

function decodeOne(delivery: Delivery, line: number, wanted: ReadonlySet<string>): JudgedDelivery {
  const decoded = decode(delivery);
  if (decoded.kind === "undecodable") {
    const isIts = decoded.type === undefined || wanted.has(decoded.type);
    return { delivery, line, outcome: isIts ? "undecodable" : "ignored" };
  }
  if (decoded.kind === "unknown" || !wanted.has(decoded.event.type))
    return { delivery, line, outcome: "ignored" };
  return { delivery, line, outcome: "handled", event: decoded.event };
}

async function filterAll(
  all: readonly JudgedDelivery[],
  { rules, known, integration }: JudgeParts,
): Promise<JudgedDelivery[]> {
  const keys = all.flatMap((one) => ("event" in one ? ruleKeysOf(subjectOf(one.event)) : []));
  const histories = keys.length === 0 ? NO_HISTORIES : await rules.fetch(keys);
  const lookupAt = historyLookup(histories.values());
  return all.map((one) => {
    if (!("event" in one)) return one;
    const { delivery, line, event } = one;
    const subject = subjectOf(event);
    const isKnown = ruleKeysOf(subject).every((key) =>
      known.isKnown(key, histories.get(ruleKeyText(key)), event.sentAtMs),
    );
    if (!isKnown) return { ...one, outcome: "unknown" };
    const { pass } = evaluate(subject, lookupAt(event.sentAtMs), integration, CONSUMER_DEFAULTS);
    return pass ? one : { delivery, line, outcome: "filtered" };
  });
}

const NO_HISTORIES: ReadonlyMap<string, RuleHistory> = new Map();

/** Returns the places of lines that cannot be read, for people. */
export function placesOf(key: string, unreadable: ObjectLines["unreadable"]): string[] {
  return unreadable.map(({ line, reason }) => `${key}${line === 0 ? "" : `, line ${line}`}: ${reason}`);
}
