import { counted } from "@rainhooks/core";
import { otherSlot } from "@rainhooks/dynamodb";
import { dropSlot, readState, switchSlots } from "@rainhooks/operate";
import type { Store } from "@rainhooks/operate/store-names";
import { confirm } from "../confirm.ts";
import { print } from "../output.ts";
import { reachStage, type StageOptions } from "../reach/stage.ts";
import { callerOf } from "../replay/caller.ts";
import { StatusLine } from "../replay/progress.ts";
import { slotParts } from "./parts.ts";
import { stateText } from "./state-text.ts";

/** Options of commands that ask. */
export interface EndOptions extends StageOptions {
  readonly yes?: boolean | undefined;
}

/** Switches to the rebuilt tables, although they are not equal to the archive. */
export async function switchCommand(store: Store, options: EndOptions): Promise<void> {
  const question = `Switch ${store} to the rebuilt tables, although they may lack something?`;
  if (!(options.yes || (await confirm(question)))) {
    await print("Nothing was changed.\n");
    return;
  }
  await switchAndSay("rebuilt", store, options);
}

/** Switches back to the old tables. */
export async function backCommand(store: Store, options: StageOptions): Promise<void> {
  await switchAndSay("old", store, options);
}

async function switchAndSay(to: "rebuilt" | "old", store: Store, options: StageOptions): Promise<void> {
  const reached = await reachStage(options);
  const status = new StatusLine();
  const state = await switchSlots(to, slotParts(reached, store, status));
  status.clear();
  await print(`${store}: ${stateText(state)}. Everything follows within 10 seconds.\n`);
}

/** Deletes the items of the tables that are not live, after a confirmation. */
export async function dropCommand(store: Store, options: EndOptions): Promise<void> {
  const reached = await reachStage(options);
  const status = new StatusLine();
  const parts = slotParts(reached, store, status);
  const { live } = await readState(parts.slots, store);
  const slot = otherSlot(live);
  const question = `Delete all items of slot ${slot} of ${store}, which is not live?`;
  if (!(options.yes || (await confirm(question)))) {
    await print("Nothing was deleted.\n");
    return;
  }
  const deleted = await dropSlot(slot, { startedBy: await callerOf(reached) }, parts);
  status.clear();
  await print(`Deleted ${counted(deleted, "item")}. Only slot ${live} of ${store} is used.\n`);
}
