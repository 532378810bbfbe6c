import { RainhooksError } from "@rainhooks/core";
import type { StageOutputs } from "@rainhooks/stage";
import type { ReachedStage } from "../reach/stage.ts";

/**
 * Returns the location of a stage's archive.
 *
 * @throws {RainhooksError} `not-found` when the stage has no archive.
 */
export function archiveOf({ outputs }: ReachedStage): NonNullable<StageOutputs["archive"]> {
  if (outputs.archive !== undefined) return outputs.archive;
  throw new RainhooksError("not-found", `Stage ${outputs.stage} has no archive.`);
}
