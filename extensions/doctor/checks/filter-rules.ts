import { EVENT_TYPES, shortType } from "@rainhooks/core/catalog";
import { dynamoDbRuleStore } from "@rainhooks/filter/dynamodb-store";
import { CONSUMER_DEFAULTS, evaluate, ruleKeysOf } from "@rainhooks/filter/evaluate";
import { ruleAt } from "@rainhooks/filter/history";
import { type RuleKey, ruleKeyText } from "@rainhooks/filter/rule";
import { tableOf } from "@rainhooks/stage/reached";
import { type Check, ok, wrong } from "../check.ts";

/** No rule for the whole system refuses events to the stage. */
export const filterRules: Check = {
  name: "filter-rules",
  page: "filters.md",
  needs: { "filter-rules": ["dynamodb:BatchGetItem"] },
  run: async ({ stage }) => {
    const { integration } = stage.outputs;
    const tableName = tableOf(stage, "filter-rules");
    const store = dynamoDbRuleStore({ client: stage.clients.dynamodb, tableName });
    const nowMs = Date.now();
    const subjects = EVENT_TYPES.map((type) => ({ type, userId: undefined, nodeIds: [] }));
    const rules = await store.fetch(subjects.flatMap(ruleKeysOf), nowMs);
    const inForce = (key: RuleKey) => ruleAt(rules.get(ruleKeyText(key)), nowMs);
    const refused = subjects.flatMap((subject) => {
      const { pass, level, reason } = evaluate(subject, inForce, integration, CONSUMER_DEFAULTS);
      const text = `a rule (${level}: ${reason}) refuses ${shortType(subject.type)} to the stage`;
      return pass ? [] : [wrong(text, CHANGE)];
    });
    return refused.length === 0 ? [ok("no rule for the whole system refuses an event")] : refused;
  },
};

const CHANGE = "If that is not meant, change the rule in RainMaker, or with rainhooks filters.";
