import { expect, it } from "@jest/globals";
import { EVENT_TYPES, FILTER_LEVELS } from "@rainhooks/core/catalog";
import fc from "fast-check";
import { alwaysInForce } from "./history.ts";
import { type FilterRule, ruleKeyText } from "./rule.ts";
import { historyLookup, ruleLookup } from "./rule-lookup.ts";

const key = fc.record({
  level: fc.constantFrom(...FILTER_LEVELS),
  entityId: fc.oneof(fc.constantFrom("n1", "n2", "", "__proto__", "constructor"), fc.string()),
  eventType: fc.constantFrom(...EVENT_TYPES.slice(0, 3)),
});
const rule: fc.Arbitrary<FilterRule> = key.chain((one) =>
  fc.boolean().map((enabled) => ({ ...one, enabled, integrations: [] })),
);

it("the rule lookup finds the same rules as a map by the text of their keys", () => {
  fc.assert(
    fc.property(fc.array(rule), fc.array(key), (rules, keys) => {
      const byText = new Map(rules.map((one) => [ruleKeyText(one), one]));
      const lookup = ruleLookup(rules);
      const lookupAt = historyLookup(rules.map(alwaysInForce))(0);
      for (const one of [...rules, ...keys]) {
        expect(lookup(one)).toBe(byText.get(ruleKeyText(one)));
        expect(lookupAt(one)).toBe(byText.get(ruleKeyText(one)));
      }
    }),
  );
});
