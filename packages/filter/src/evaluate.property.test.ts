import { describe, it } from "@jest/globals";
import { CATALOG } from "@rainhooks/core/catalog";
import fc from "fast-check";
import { CONSUMER_DEFAULTS, evaluate, PUBLISHER_DEFAULTS } from "./evaluate.ts";
import type { FilterRule } from "./rule.ts";

const entry = fc.constantFrom(...CATALOG);
const state = fc.option(
  fc.record({ enabled: fc.boolean(), integrations: fc.subarray(["us", "gva", "alexa"]) }),
  { nil: undefined },
);
const states = fc.record({ system: state, user: state, node: state });
type State = { enabled: boolean; integrations: string[] } | undefined;

/** The decision as RainMaker's documentation describes it, written out level by level. */
function naive(
  levels: readonly string[],
  rules: Record<string, State>,
  systemDefault: boolean,
): boolean {
  const lets = (rule: State, otherwise: boolean) =>
    rule === undefined ? otherwise : rule.enabled && rule.integrations.includes("us");
  if (!levels.includes("system")) return true;
  if (!lets(rules["system"], systemDefault)) return false;
  if (!levels.includes("user")) return true;
  return lets(rules["user"], true) && lets(rules["node"], true);
}

describe("evaluate, for any rules", () => {
  it.each([
    ["a publisher", PUBLISHER_DEFAULTS],
    ["a consumer", CONSUMER_DEFAULTS],
  ])("evaluate decides for %s as a simple model of the filters does", (_, defaults) => {
    fc.assert(
      fc.property(entry, states, ({ type, filterLevels }, rules) => {
        const subject = { type, userId: "u", nodeIds: ["n"] };
        const lookup = ({ level, entityId }: { level: keyof typeof rules; entityId: string }) => {
          const found = rules[level];
          return found === undefined
            ? undefined
            : ({ level, entityId, eventType: type, ...found } as FilterRule);
        };
        const decision = evaluate(subject, lookup, "us", defaults);
        const isExpected = decision.pass === naive(filterLevels, rules, defaults.system);
        return (
          isExpected && decision.pass === ["passed", "not-filterable"].includes(decision.reason)
        );
      }),
      { numRuns: 3000 },
    );
  });
});
