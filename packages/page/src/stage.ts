import type { StageAnswer } from "@rainhooks/stage/routes/stage";
import { get } from "./api.ts";
import { Signal } from "./signal.ts";

/** The stage that the page shows; `undefined` until it is known. */
export const stage = new Signal<StageAnswer | undefined>(undefined);

/** Reads the facts of the stage that the page needs. After a restart, the stage can be another one. */
export async function readStage(): Promise<void> {
  const found = await get<StageAnswer>("/console/stage");
  if (JSON.stringify(found) !== JSON.stringify(stage.value)) stage.value = found;
}

/** Returns a command as one types it for this stage. */
export function commandOf(words: string, to: StageAnswer | undefined = stage.value): string {
  return `${to?.program ?? "rainhooks"} ${words}${to?.options ?? ""}`;
}
