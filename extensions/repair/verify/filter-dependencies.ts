import { DAY_MS } from "@rainhooks/core/durations";
import { type StageAccess, tableOf } from "@rainhooks/stage/reached";
import type { FilterDependencies } from "./judged-deliveries.ts";
import { rulePeriods } from "./known-rules.ts";
import { scannedRuleStore } from "./scanned-store.ts";

/** Returns where the filter rules of a stage are. */
export async function filterDependenciesOf(reached: StageAccess): Promise<FilterDependencies> {
  const { outputs, clients } = reached;
  const rules = { client: clients.dynamodb, tableName: tableOf(reached, "filter-rules") };
  return {
    // Rules of the past do not change.
    rules: scannedRuleStore(rules, { nowMs: Date.now, ttlMs: DAY_MS }),
    known: await rulePeriods(rules),
    integration: outputs.integration,
  };
}
