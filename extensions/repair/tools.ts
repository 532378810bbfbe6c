import { DAY_MS } from "@rainhooks/core/durations";
import { type Functions, requireWebhook } from "@rainhooks/stage/functions";
import { choice, optionalText, requiredText, time } from "@rainhooks/stage/query/params/kinds";
import { planTool, type StageTool } from "@rainhooks/stage/query/stage-tool";
import { rebuildPlanJson } from "./commands/rebuild/plan-rebuild.ts";
import { replayPlanJson } from "./commands/replay/plan-replay.ts";
import { countDeadLetters } from "./dead-letters/queues.ts";
import { planRebuild } from "./rebuild/rebuild-plan.ts";
import type { StoreState } from "./rebuild/rebuild-state.ts";
import { planReplay } from "./replay/plan-replay.ts";
import { REPLAY_DEFAULTS } from "./replay/request.ts";
import { STORES } from "./store-names.ts";

const WEBHOOK = requiredText({ description: "Name of a webhook.", placeholder: "webhook", maxLength: 30 });

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
    name: "planReplay",
    summary:
      "What a replay would read and send again from the archive, how long it would take, and what it would cost. Reads the archive of that time; sends nothing",
    params: {
      webhook: WEBHOOK,
      from: time({ description: "When the first was published. By default a day ago." }),
      to: time({ description: "End, exclusive. By default the latest time that is archived for sure." }),
      node: optionalText({
        description: "Only deliveries of this node.",
        placeholder: "node",
        maxLength: 128,
      }),
      address: optionalText({
        description: "Only for this part of the webhook. forward needs it: the id of a destination.",
        placeholder: "address",
        maxLength: 100,
      }),
    },
    make: async (reached, { webhook, from: fromMs = Date.now() - DAY_MS, to: toMs, node, address }) => {
      const question = {
        ...{ webhook, fromMs, toMs, ...REPLAY_DEFAULTS },
        ...(node === undefined ? {} : { nodes: [node] }),
        ...(address === undefined ? {} : { address }),
      };
      return replayPlanJson(reached, await planReplay(reached, question), functions);
    },
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
