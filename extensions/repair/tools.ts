import { type Functions, requireWebhook } from "@rainhooks/stage/functions";
import { choice } from "@rainhooks/stage/query/params/kinds";
import { planTool, type StageTool } from "@rainhooks/stage/query/stage-tool";
import { rebuildPlanJson } from "./commands/rebuild/plan-rebuild.ts";
import { countDeadLetters } from "./dead-letters/queues.ts";
import { planRebuild } from "./rebuild/rebuild-plan.ts";
import type { StoreState } from "./rebuild/rebuild-state.ts";
import { STORES } from "./store-names.ts";

/**
 * What operations would do. None of them changes anything, and none has the contents of deliveries or dead
 * letters.
 */
export const toolsOf = (functions: Functions): readonly StageTool[] => [
  planTool({
    name: "countDeadLetters",
    summary: "Number of dead letters of each webhook and worker, as SQS estimates it",
    params: {},
    make: async (reached) => ({ queues: await countDeadLetters(reached) }),
  }),
  planTool({
    name: "planRebuild",
    summary:
      "What a rebuild of the tables of a store from the archive would read, wait for and cost. Changes nothing",
    params: {
      store: choice({ description: "Name of the store.", placeholder: "store" }, STORES, "node-status"),
    },
    make: async (reached, { store }) => {
      const made = await planRebuild({ reached, store, definition: requireWebhook(functions, store) });
      return { ...rebuildPlanJson(store, made), state: withoutPeople(made.state) };
    },
  }),
];

/** Who began a rebuild, and where it runs, is no business of the assistant. */
export function withoutPeople({ rebuild, ...state }: StoreState): object {
  return rebuild === undefined ? state : { ...state, rebuild: { phase: rebuild.phase, to: rebuild.to } };
}
