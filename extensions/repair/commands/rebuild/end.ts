import { counted } from "@rainhooks/core/counted";
import { otherSlot } from "@rainhooks/dynamodb/slots/slot";
import { confirm } from "@rainhooks/stage/commands/confirm";
import { print } from "@rainhooks/stage/commands/output";
import { shown } from "@rainhooks/stage/commands/progress";
import type { StageSelection } from "@rainhooks/stage/commands/reach-stage";
import type { Functions } from "@rainhooks/stage/functions";
import { dropOtherTables, readRebuild, switchStore } from "../../rebuild/operations.ts";
import type { Store } from "../../store-names.ts";
import { storeOf } from "./plan-rebuild.ts";
import { stateText } from "./state-text.ts";

/** Options of commands that ask. */
export interface EndOptions extends StageSelection {
  readonly yes?: boolean | undefined;
}

/** Switches to the rebuilt tables, although they are not equal to the archive. */
export async function switchCommand(store: Store, options: EndOptions, functions: Functions): Promise<void> {
  const question = `Switch ${store} to the rebuilt tables, although they may lack something?`;
  if (!(options.yes || (await confirm(question)))) {
    await print("Nothing was changed.\n");
    return;
  }
  await switchAndSay("rebuilt", store, options, functions);
}

/** Switches back to the old tables. */
export async function backCommand(
  store: Store,
  options: StageSelection,
  functions: Functions,
): Promise<void> {
  await switchAndSay("old", store, options, functions);
}

async function switchAndSay(
  to: "rebuilt" | "old",
  store: Store,
  options: StageSelection,
  functions: Functions,
): Promise<void> {
  const place = await storeOf(store, options, functions);
  const state = await shown((progress) => switchStore(place, to, progress));
  await print(`${store}: ${stateText(state)}. Everything follows within 10 seconds.\n`);
}

/** Deletes the items of the tables that are not live, after a confirmation. */
export async function dropCommand(store: Store, options: EndOptions, functions: Functions): Promise<void> {
  const place = await storeOf(store, options, functions);
  const { live } = await readRebuild(place);
  const question = `Delete all items of slot ${otherSlot(live)} of ${store}, which is not live?`;
  if (!(options.yes || (await confirm(question)))) {
    await print("Nothing was deleted.\n");
    return;
  }
  const { items, state } = await shown((progress) => dropOtherTables(place, progress));
  await print(`Deleted ${counted(items, "item")}. Only slot ${state.live} of ${store} is used.\n`);
}
