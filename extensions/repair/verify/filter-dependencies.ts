import { DAY_MS } from "@rainhooks/core/durations";
import { type ReachedStage, tableOf } from "@rainhooks/stage/reached";
import type { FilterDependencies } from "./judged-deliveries.ts";
import { knownRules } from "./known-rules.ts";
import { scannedRuleStore } from "./scanned-store.ts";

/** Returns where the filter rules of a stage are. */
export async function filterDependenciesOf(reached: ReachedStage): Promise<FilterDependencies> {
  const { outputs, clients } = reached;
  const rules = { client: clients.dynamodb, tableName: tableOf(reached, "filter-rules") };
  return {
    // Rules of the past do not change.
    rules: scannedRuleStore(rules, { nowMs: Date.now, ttlMs: DAY_MS }),
    known: await knownRules(rules),
    integration: outputs.integration,
  };
}
