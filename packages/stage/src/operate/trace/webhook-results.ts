import { shortType } from "@rainhooks/core/catalog";
import { decode } from "@rainhooks/core/decode/decode";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import type { RainhooksError } from "@rainhooks/core/errors";
import type { RainmakerEvent } from "@rainhooks/core/event";
import { dynamoDbRuleStore } from "@rainhooks/filter/dynamodb-store";
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
import type { Webhook } from "@rainhooks/webhook/define-function";
import { streamsOf } from "@rainhooks/webhook/resources";
import { functionsOf } from "../../outputs.ts";
import { type StageAccess, tableOf } from "../../stage-access.ts";

/** What a webhook of a stage did with a delivery. */
interface WebhookResult {
  readonly webhook: string;
  /** `undefined` for a webhook whose definition this program does not have. */
  readonly result: WebhookDecision | undefined;
  /** The same in words. */
  readonly text: string;
}

/**
 * Returns what each webhook of a stage did with a delivery, by the rules in force when it was
 * published.
 *
 * @param definitions The definitions that are known here.
 */
export async function webhookResults(
  access: StageAccess,
  delivery: Delivery,
  definitions: readonly Webhook[],
): Promise<WebhookResult[]> {
  const { integration } = access.outputs;
  const rules = dynamoDbRuleStore({
    client: access.clients.dynamodb,
    tableName: tableOf(access, "filter-rules"),
  });
  const results = functionsOf(access.outputs, "topics").map(
    async ([webhook]): Promise<WebhookResult> => {
      const definition = definitions.find(({ name }) => name === webhook);
      if (definition === undefined) return { webhook, result: undefined, text: UNKNOWN };
      const judged = { ...definition, takesAll: streamsOf(definition).length > 0 };
      const result = await judge(delivery, judged, { rules, integration });
      return { webhook, result, text: resultText(result) };
    },
  );
  return Promise.all(results);
}

const UNKNOWN = "not known here: its definition is not in this project";

function resultText(result: WebhookDecision): string {
  switch (result.kind) {
    case "unwanted":
      return "does not want it: it does not subscribe to such events";
    case "undecodable":
      return "sent it to its dead-letter queue, because it cannot be decoded";
    case "filtered":
      return `filtered it out: ${ruleText(result.decision)}`;
    case "handled":
      return result.decision === undefined
        ? "took it; it has no filter"
        : `took it: ${ruleText(result.decision)}`;
  }
}

function ruleText({ reason, level, rule }: Decision): string {
  if (reason === "not-filterable") return "such events cannot be filtered";
  if (rule === undefined) return "no filter rule was against it";
  const { entityId, eventType, enabled, integrations } = rule;
  const list = integrations.join(", ") || "no integration";
  return `the ${level} rule of ${entityId} for ${shortType(eventType)} was ${enabled ? `on for ${list}` : "off"}`;
}

/** What a webhook does with a delivery. */
type WebhookDecision =
  /** It does not subscribe to such events, or does not know them. */
  | { readonly kind: "unwanted" }
  /** Its dead-letter queue gets it. */
  | { readonly kind: "undecodable"; readonly error: RainhooksError }
  /** A rule filters it out. */
  | { readonly kind: "filtered"; readonly decision: Decision }
  | {
      readonly kind: "handled";
      readonly event: RainmakerEvent | undefined;
      readonly decision?: Decision;
    };

/**
 * Decides what a webhook does with a delivery, as its function does: by the rules in force when it
 * was published.
 *
 * @param webhook `takesAll`: whether it takes deliveries as they are, decodable or not.
 */
export async function judge(
  delivery: Delivery,
  {
    events,
    filtered,
    takesAll = false,
  }: Pick<Webhook, "events" | "filtered"> & { readonly takesAll?: boolean },
  { rules, integration }: { readonly rules: RuleStore; readonly integration: string },
): Promise<WebhookDecision> {
  const decoded = decode(delivery);
  if (takesAll)
    return { kind: "handled", event: decoded.kind === "event" ? decoded.event : undefined };
  const wanted: ReadonlySet<string> = new Set(events);
  if (decoded.kind === "undecodable") {
    const { type, error } = decoded;
    return type === undefined || wanted.has(type)
      ? { kind: "undecodable", error }
      : { kind: "unwanted" };
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
