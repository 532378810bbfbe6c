import { shortType } from "@rainhooks/core/catalog";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { dynamoDbRuleStore } from "@rainhooks/filter/dynamodb-store";
import type { Decision } from "@rainhooks/filter/evaluate";
import type { Webhook } from "@rainhooks/webhook/define-function";
import { streamsOf } from "@rainhooks/webhook/resources";
import { functionsOf } from "../../outputs.ts";
import { type StageAccess, tableOf } from "../../reached.ts";
import { judge, type WebhookDecision } from "./judge.ts";

/** What a webhook of a stage did with a delivery. */
export interface WebhookResult {
  readonly webhook: string;
  /** `undefined` for a webhook whose definition this program does not have. */
  readonly result: WebhookDecision | undefined;
  /** The same in words. */
  readonly text: string;
}

/**
 * Returns what each webhook of a stage did with a delivery, by the rules in force when it was published.
 *
 * @param definitions The definitions that are known here.
 */
export async function webhookResults(
  reached: StageAccess,
  delivery: Delivery,
  definitions: readonly Webhook[],
): Promise<WebhookResult[]> {
  const { integration } = reached.outputs;
  const rules = dynamoDbRuleStore({
    client: reached.clients.dynamodb,
    tableName: tableOf(reached, "filter-rules"),
  });
  const results = functionsOf(reached.outputs, "topics").map(async ([webhook]): Promise<WebhookResult> => {
    const definition = definitions.find(({ name }) => name === webhook);
    if (definition === undefined) return { webhook, result: undefined, text: UNKNOWN };
    const { events, filtered } = definition;
    const takesAll = streamsOf(definition).length > 0;
    const result = await judge(delivery, { events, filtered, takesAll }, { rules, integration });
    return { webhook, result, text: resultText(result) };
  });
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
