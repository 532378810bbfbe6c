import { definitionOf } from "@rainhooks/app-list/definition-of";
import { DAY_MS } from "@rainhooks/core/durations";
import { planResume, readResumeState } from "@rainhooks/extensions/forwarding/operations/plan-resume";
import { countDeadLetters } from "@rainhooks/extensions/repair/dead-letters/queues";
import { planRebuild } from "@rainhooks/extensions/repair/rebuild/rebuild-plan";
import type { StoreState } from "@rainhooks/extensions/repair/rebuild/rebuild-state";
import { planReplay } from "@rainhooks/extensions/repair/replay/plan-replay";
import { REPLAY_DEFAULTS } from "@rainhooks/extensions/repair/replay/request";
import { STORES } from "@rainhooks/extensions/repair/store-names";
import { choice, optionalText, requiredText, time } from "@rainhooks/stage/query/params/kinds";
import { type Params, readParams, type ValuesOf } from "@rainhooks/stage/query/params/param";
import type { ReachedStage } from "@rainhooks/stage/reached";
import { rebuildPlanJson } from "../rebuild/plan-rebuild.ts";
import { replayPlanJson } from "../replay/plan-replay.ts";
import type { StageTool } from "./stage-tool.ts";

const WEBHOOK = requiredText({ description: "Name of a webhook.", placeholder: "webhook", maxLength: 30 });

/**
 * What operations would do. None of them changes anything, and none has the contents of deliveries or dead
 * letters.
 */
export const PLANS: readonly StageTool[] = [
  plan({
    name: "countDeadLetters",
    summary: "Number of dead letters of each webhook and worker, as SQS estimates it",
    params: {},
    make: async (reached) => ({ queues: await countDeadLetters(reached) }),
  }),
  plan({
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
      return replayPlanJson(reached, await planReplay(reached, question));
    },
  }),
  plan({
    name: "planRebuild",
    summary:
      "What a rebuild of the tables of a store from the archive would read, wait for and cost. Changes nothing",
    params: {
      store: choice({ description: "Name of the store.", placeholder: "store" }, STORES, "node-status"),
    },
    make: async (reached, { store }) => {
      const made = await planRebuild({ reached, store, definition: definitionOf(store) });
      return { ...rebuildPlanJson(store, made), state: withoutPeople(made.state) };
    },
  }),
  plan({
    name: "planResume",
    summary:
      "What a destination missed while it was paused, and how long sending it would take. Sends nothing",
    params: {
      destination: requiredText({ description: "Id of the destination.", placeholder: "id", maxLength: 64 }),
    },
    make: async (reached, { destination: id }) => {
      const state = await readResumeState(reached, id);
      const { maxDeadLetters } = REPLAY_DEFAULTS;
      // What an active destination was sent, and what is not archived, has no plan.
      return {
        destination: id,
        state: state.destination.state,
        ...(["missed", "nothing-missed"].includes(state.kind)
          ? { plan: await planResume(reached, state, { maxDeadLetters }) }
          : {}),
      };
    },
  }),
];

/** Who began a rebuild, and where it runs, is no business of the assistant. */
export function withoutPeople({ rebuild, ...state }: StoreState): object {
  return rebuild === undefined ? state : { ...state, rebuild: { phase: rebuild.phase, to: rebuild.to } };
}

function plan<const Of extends Params>({
  make,
  ...tool
}: Pick<StageTool, "name" | "summary"> & {
  readonly params: Of;
  readonly make: (reached: ReachedStage, values: ValuesOf<Of>) => Promise<object>;
}): StageTool {
  return { ...tool, paged: false, run: (reached, texts) => make(reached, readParams(tool.params, texts)) };
}
