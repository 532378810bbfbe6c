import { type StageAccess, tableOf } from "../stage-access.ts";
import type { QueryStage } from "./ask.ts";
import { storesOf } from "./stores.ts";

/**
 * Converts a stage for queries. A stage may not have every table; a missing one is reported by the
 * query that needs it.
 */
export function queryStage(access: StageAccess): QueryStage {
  return {
    stage: access.outputs.stage,
    stores: storesOf(access.clients.dynamodb, (table) => tableOf(access, table), {
      keepsRollups: false,
    }),
    nowMs: Date.now,
    // Only people who may read the table of attempts can ask for them.
    permissions: ["read", "attempts"],
  };
}
