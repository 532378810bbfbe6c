import { STAGE_OPERATIONS } from "@rainhooks/stage/operations/list-audits";
import type { Operation } from "@rainhooks/stage/operations/operation";
import { roundsOperations } from "@rainhooks/stage/rounds/operate-rounds";
import { EXTENSIONS } from "./extensions.ts";
import { refuseRepeated } from "./refuse-repeated.ts";

/** Loads what can be done on a stage. What an operation runs is loaded when it is called. */
export async function loadOperations(): Promise<readonly Operation[]> {
  const added = await Promise.all(EXTENSIONS.map(({ operations }) => operations?.()));
  const rounds = roundsOperations(async () => {
    const { ALL_CHECKS } = await import("@rainhooks/extensions/checks");
    return ALL_CHECKS;
  });
  const all = [...added.flatMap((one) => one?.OPERATIONS ?? []), ...STAGE_OPERATIONS, ...rounds];
  refuseRepeated("operations", all);
  return all;
}
