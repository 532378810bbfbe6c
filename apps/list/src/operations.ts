import { STAGE_OPERATIONS } from "@rainhooks/stage/operations/list-audits";
import type { Operation } from "@rainhooks/stage/operations/operation";
import { BY_NAME, distinct } from "./distinct.ts";
import { EXTENSIONS } from "./extensions.ts";

/** Loads what can be done on a stage. What an operation runs is loaded when it is called. */
export async function loadOperations(): Promise<readonly Operation[]> {
  const added = await Promise.all(EXTENSIONS.map(({ operations }) => operations?.()));
  return distinct(
    "operations",
    [...added.flatMap((one) => one?.OPERATIONS ?? []), ...STAGE_OPERATIONS],
    BY_NAME,
  );
}
