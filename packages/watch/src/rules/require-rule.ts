import { RainhooksError } from "@rainhooks/core";
import type { WatchRuleHistory } from "./rule-history.ts";
import { readWatchRules, type WatchRuleTable } from "./rule-store.ts";

/**
 * Returns a rule with its changes.
 *
 * @throws {RainhooksError} `not-found` if there is none, or it was removed; the message names those that there are.
 */
export async function requireRule(table: WatchRuleTable, name: string): Promise<WatchRuleHistory> {
  const { rules } = await readWatchRules(table);
  const present = rules.filter(({ states }) => states.at(-1)?.status !== "removed");
  const rule = present.find((one) => one.name === name);
  if (rule !== undefined) return rule;
  const known = present.map((one) => one.name);
  throw new RainhooksError(
    "not-found",
    `There is no alarm rule ${name}. ${known.length === 0 ? "There are none: add one with watch add." : `There are: ${known.join(", ")}.`}`,
    { permanent: true },
  );
}
