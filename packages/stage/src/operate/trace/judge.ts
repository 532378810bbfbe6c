import type { EventType } from "@rainhooks/core/catalog";
import { decode } from "@rainhooks/core/decode/decode";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import type { RainhooksError } from "@rainhooks/core/errors";
import type { RainmakerEvent } from "@rainhooks/core/event";
import {
  CONSUMER_DEFAULTS,
  type Decision,
  evaluate,
  ruleKeysOf,
  subjectOf,
} from "@rainhooks/filter/evaluate";
import { ruleAt } from "@rainhooks/filter/history";
import { ruleKeyText } from "@rainhooks/filter/rule";
import type { RuleStore } from "@rainhooks/filter/store";

/** What a webhook does with a delivery. */
export type WebhookDecision =
  /** It does not subscribe to such events, or does not know them. */
  | { readonly kind: "unwanted" }
  /** Its dead-letter queue gets it. */
  | { readonly kind: "undecodable"; readonly error: RainhooksError }
  /** A rule filters it out. */
  | { readonly kind: "filtered"; readonly decision: Decision }
  | { readonly kind: "handled"; readonly event: RainmakerEvent | undefined; readonly decision?: Decision };

/** A webhook, as far as it decides. */
export interface Judge {
  readonly events: readonly EventType[];
  readonly filtered: boolean;
  /** Whether it takes deliveries as they are, decodable or not. */
  readonly takesAll?: boolean;
}

/**
 * Decides what a webhook does with a delivery, as its function does: by the rules in force when it was
 * published.
 */
export async function judge(
  delivery: Delivery,
  { events, filtered, takesAll = false }: Judge,
  { rules, integration }: { readonly rules: RuleStore; readonly integration: string },
): Promise<WebhookDecision> {
  const decoded = decode(delivery);
  if (takesAll) return { kind: "handled", event: decoded.kind === "event" ? decoded.event : undefined };
  const wanted: ReadonlySet<string> = new Set(events);
  if (decoded.kind === "undecodable") {
    const { type, error } = decoded;
    return type === undefined || wanted.has(type) ? { kind: "undecodable", error } : { kind: "unwanted" };
  }
  if (decoded.kind === "unknown" || !wanted.has(decoded.event.type)) return { kind: "unwanted" };
  const { event } = decoded;
  if (!filtered) return { kind: "handled", event };
  const subject = subjectOf(event);
  const histories = await rules.fetch(ruleKeysOf(subject), event.sentAtMs);
  const decision = evaluate(
    subject,
    (key) => ruleAt(histories.get(ruleKeyText(key)), event.sentAtMs),
    integration,
    CONSUMER_DEFAULTS,
  );
  return decision.pass ? { kind: "handled", event, decision } : { kind: "filtered", decision };
}
