import { type FilterRule, ruleKeyText } from "./rule.ts";

/** What there is to put and to delete until some rules are as wanted. The order of a rule's integrations says nothing. */
export function diffRules(
  present: readonly FilterRule[],
  wanted: readonly FilterRule[],
): { readonly puts: readonly FilterRule[]; readonly deletes: readonly FilterRule[] } {
  const ours = new Map(present.map((rule) => [ruleKeyText(rule), rule]));
  const keys = new Set(wanted.map(ruleKeyText));
  return {
    puts: wanted.filter((rule) => !same(rule, ours.get(ruleKeyText(rule)))),
    deletes: present.filter((rule) => !keys.has(ruleKeyText(rule))),
  };
}

function same(a: FilterRule, b: FilterRule | undefined): boolean {
  return (
    b !== undefined &&
    a.enabled === b.enabled &&
    [...a.integrations].sort().join() === [...b.integrations].sort().join()
  );
}
