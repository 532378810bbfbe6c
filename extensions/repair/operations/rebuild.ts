import { countText } from "@rainhooks/core/count-text";
import { otherSlot } from "@rainhooks/dynamodb/slots/slot";
import { type ProjectContents, requireWebhook } from "@rainhooks/stage/functions";
import { defineOperation } from "@rainhooks/stage/operations/define-operation";
import { flag, optionalNumber, requiredChoice } from "@rainhooks/stage/query/params/kinds";
import type { StageAccess } from "@rainhooks/stage/stage-access";
import { STORES, type Store } from "@rainhooks/stage/tables/store-names";
import type { RebuildableStore } from "../rebuild/rebuild-store.ts";

const MAX_RATE = 1_000_000;
const storeField = requiredChoice(
  { description: "What to rebuild.", placeholder: "store" },
  STORES,
);

function placeOf(
  access: StageAccess,
  store: Store,
  { functions, extensions }: ProjectContents,
): RebuildableStore {
  return { access, store, definition: requireWebhook(functions, store), extensions };
}

/** Shows which tables of a store are live. */
const show = defineOperation({
  name: "showRebuild",
  summary: "Show which tables are live, and how far a rebuild is",
  request: { store: storeField },
  permission: "values",
  changes: "nothing",
  command: { words: "rebuild show", args: ["store"] },
  run: async (stage, { store }) => {
    const { readState } = await import("../rebuild/rebuild-state.ts");
    const { slotsTableOf } = await import("../verify/verify-tables.ts");
    return readState(slotsTableOf(stage), store);
  },
  view: {
    result: async (state) => (await import("../views/rebuild-text.ts")).rebuildText(state),
  },
});

/** Rebuilds a store until it has switched, or says why not. */
const rebuild = defineOperation({
  name: "rebuild",
  summary:
    "Fill the other tables from the archive, verify them, and switch to them; goes on if it was interrupted",
  request: {
    store: storeField,
    copyRows: flag({
      description: "Begin with a copy of the live rows, for what is older than the archive.",
    }),
  },
  permission: "operate",
  changes: "much",
  needsPlan: true,
  command: {
    words: "rebuild start",
    args: ["store"],
    plan: ["rebuild plan", "show what a rebuild would read, write and cost; nothing is written"],
  },
  title: ({ store }) => `Rebuild ${store}`,
  plan: async (stage, { store }, context) =>
    (await import("../rebuild/rebuild-store.ts")).planRebuild(placeOf(stage, store, context)),
  run: async (stage, { store, copyRows: copiesRows }, context) => {
    const { rebuildStore } = await import("../rebuild/rebuild-store.ts");
    return rebuildStore(placeOf(stage, store, context), { copiesRows }, context);
  },
  view: {
    plan: async (plan, { store }, place) =>
      (await import("../views/rebuild-text.ts")).rebuildPlanText(store, plan, place),
    planJson: async (plan, { store }, place) =>
      (await import("../views/rebuild-text.ts")).rebuildPlanJson(store, plan, place),
    question: ({ state }, { store }) =>
      state.rebuild === undefined ? `Rebuild ${store}?` : `Go on with the rebuild of ${store}?`,
    result: async (result, { store }, { onStage }) =>
      (await import("../views/rebuild-text.ts")).rebuildResultText(store, result, onStage),
    failed: ({ outcome }) => outcome !== "switched",
    // What could not be judged is neither right nor wrong.
    exitCode: ({ outcome }) => (outcome === "unjudged" ? 2 : undefined),
  },
  recorded: { result: ({ outcome }) => ({ outcome }) },
});

/** Makes the operation that switches between the two tables of a store. */
function switchOperation(verb: "switch" | "back", to: "rebuilt" | "old", summary: string) {
  return defineOperation({
    name: `rebuild-${verb}`,
    summary,
    request: { store: storeField },
    permission: "operate",
    changes: "something",
    command: { words: `rebuild ${verb}`, args: ["store"] },
    title: ({ store }) => `Switch ${store}`,
    plan: async () => ({}),
    run: async (stage, { store }, context) => {
      const { slotDependencies } = await import("../rebuild/rebuild-store.ts");
      const { switchSlots } = await import("../rebuild/change-slots.ts");
      return switchSlots(to, slotDependencies(placeOf(stage, store, context), context));
    },
    view: {
      // Back asks nothing, and takes --yes as the others do.
      question: (_, { store }) =>
        to === "old"
          ? undefined
          : `Switch ${store} to the rebuilt tables, although they may lack something?`,
      result: async (state, { store }) => {
        const { stateText } = await import("../views/rebuild-text.ts");
        return `${store}: ${stateText(state)}. Everything follows within 10 seconds.`;
      },
    },
  });
}

/** Deletes the items of the tables that are not live. */
const drop = defineOperation({
  name: "rebuild-drop",
  summary: "Delete the items of the tables that are not live, and end the rebuild",
  request: {
    store: storeField,
    rate: optionalNumber(
      {
        description:
          "Items that are deleted in a second at most (default: as many as the tables take).",
        placeholder: "items",
      },
      { min: 1, max: MAX_RATE },
    ),
  },
  permission: "operate",
  changes: "something",
  command: { words: "rebuild drop", args: ["store"] },
  title: ({ store }) => `Delete the other tables of ${store}`,
  plan: async (stage, { store }, context) =>
    (await import("../rebuild/rebuild-store.ts")).planDrop(placeOf(stage, store, context)),
  run: async (stage, { store, rate }, context) =>
    (await import("../rebuild/rebuild-store.ts")).dropOtherTables(
      placeOf(stage, store, context),
      rate,
      context,
    ),
  view: {
    plan: async (plan, { store, rate }, { stage }) =>
      (await import("../views/rebuild-text.ts")).dropPlanText(store, plan, rate, stage),
    question: ({ state }, { store }) =>
      `Delete all items of slot ${otherSlot(state.live)} of ${store}, which is not live?`,
    result: ({ items, state }, { store }) =>
      `Deleted ${countText(items, "item")}. Only slot ${state.live} of ${store} is used.`,
  },
  recorded: { result: ({ items }) => ({ items }) },
});

/** What makes the tables of a store again. */
export const REBUILD_OPERATIONS = [
  show,
  rebuild,
  switchOperation(
    "switch",
    "rebuilt",
    "Switch to the rebuilt tables although they are not equal to the archive",
  ),
  switchOperation(
    "back",
    "old",
    "Switch back to the old tables, which have everything as well until they are dropped",
  ),
  drop,
] as const;
