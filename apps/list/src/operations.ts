import { STAGE_OPERATIONS } from "@rainhooks/stage/operations/list-audits";
import type { Operation } from "@rainhooks/stage/operations/operation";
import { EXTENSIONS } from "./extensions.ts";
import { refuseRepeated } from "./refuse-repeated.ts";

/** Loads what can be done on a stage. What an operation runs is loaded when it is called. */
export async function loadOperations(): Promise<readonly Operation[]> {
  const added = await Promise.all(EXTENSIONS.map(({ operations }) => operations?.()));
  const all = [...added.flatMap((one) => one?.OPERATIONS ?? []), ...STAGE_OPERATIONS];
  refuseRepeated("operations", all);
  return all;
}
