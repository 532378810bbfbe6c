import { RainhooksError } from "@rainhooks/core/errors";
import type { StageOutputs } from "@rainhooks/stage/outputs";

/**
 * Refuses a stage whose events come from RainMaker Neo.
 *
 * @throws {RainhooksError} `input-invalid`; the message says what Neo does not have.
 */
export function refuseNeo({ stage, source }: Pick<StageOutputs, "stage" | "source">): void {
  if (source !== "neo") return;
  throw new RainhooksError(
    "input-invalid",
    `The events of stage ${stage} come from RainMaker Neo, which has no integrations and no event filters: the stage gets every event. See docs/neo.md.`,
  );
}
