import { shortType } from "@rainhooks/core/catalog";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { dynamoDbRuleStore } from "@rainhooks/filter/dynamodb-store";
import type { Decision } from "@rainhooks/filter/evaluate";
import type { Webhook } from "@rainhooks/webhook/define-function";
import { streamsOf } from "@rainhooks/webhook/resources";
import { functionsOf } from "../../outputs.ts";
import { type StageAccess, tableOf } from "../../reached.ts";
import { judge, type Verdict } from "./judge.ts";

/** What a webhook of a stage did with a delivery. */
export interface WebhookVerdict {
  readonly webhook: string;
  /** `undefined` for a webhook whose definition this program does not have. */
  readonly verdict: Verdict | undefined;
  /** The same in words. */
  readonly text: string;
}

/**
 * Returns what each webhook of a stage did with a delivery, by the rules in force when it was published.
 *
 * @param definitions The definitions that are known here.
 */
export async function webhookVerdicts(
  reached: StageAccess,
  delivery: Delivery,
  definitions: readonly Webhook[],
): Promise<WebhookVerdict[]> {
  const { integration } = reached.outputs;
  const rules = dynamoDbRuleStore({
    client: reached.clients.dynamodb,
    tableName: tableOf(reached, "filter-rules"),
  });
  const verdicts = functionsOf(reached.outputs, "topics").map(async ([webhook]): Promise<WebhookVerdict> => {
    const definition = definitions.find(({ name }) => name === webhook);
    if (definition === undefined) return { webhook, verdict: undefined, text: UNKNOWN };
    const { events, filtered } = definition;
    const takesAll = streamsOf(definition).length > 0;
    const verdict = await judge(delivery, { events, filtered, takesAll }, { rules, integration });
    return { webhook, verdict, text: verdictText(verdict) };
  });
  return Promise.all(verdicts);
}

const UNKNOWN = "not known here: its definition is not in this project";

function verdictText(verdict: Verdict): string {
  switch (verdict.kind) {
    case "unwanted":
      return "does not want it: it does not subscribe to such events";
    case "undecodable":
      return "sent it to its dead-letter queue, because it cannot be decoded";
    case "filtered":
      return `filtered it out: ${ruleText(verdict.decision)}`;
    case "handled":
      return verdict.decision === undefined
        ? "took it; it has no filter"
        : `took it: ${ruleText(verdict.decision)}`;
  }
}

function ruleText({ reason, level, rule }: Decision): string {
  if (reason === "not-filterable") return "such events cannot be filtered";
  if (rule === undefined) return "no filter rule was against it";
  const { entityId, eventType, enabled, integrations } = rule;
  const list = integrations.join(", ") || "no integration";
  return `the ${level} rule of ${entityId} for ${shortType(eventType)} was ${enabled ? `on for ${list}` : "off"}`;
}
