import { isDeepStrictEqual } from "node:util";
import { type FilterRule, ruleKeyText } from "./rule.ts";

/**
 * Returns the puts and deletes that turn the rules `present` into the rules `wanted`. The order of
 * a rule's integrations is ignored.
 */
export function diffRules(
  present: readonly FilterRule[],
  wanted: readonly FilterRule[],
): { readonly puts: readonly FilterRule[]; readonly deletes: readonly FilterRule[] } {
  const existing = new Map(present.map((rule) => [ruleKeyText(rule), rule]));
  const keys = new Set(wanted.map(ruleKeyText));
  return {
    puts: wanted.filter((rule) => !same(rule, existing.get(ruleKeyText(rule)))),
    deletes: present.filter((rule) => !keys.has(ruleKeyText(rule))),
  };
}

function same(a: FilterRule, b: FilterRule | undefined): boolean {
  return (
    b !== undefined &&
    a.enabled === b.enabled &&
    isDeepStrictEqual(a.integrations.toSorted(), b.integrations.toSorted())
  );
}
