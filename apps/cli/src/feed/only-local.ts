import { wrongInput } from "@rainhooks/core/errors";
import { LOCAL_STAGE, stageNameOf } from "@rainhooks/stage/commands/local-stage";
import type { StageSelection } from "@rainhooks/stage/commands/reach-stage";

/**
 * Rejects a deployed stage, for a command that works only with the local one.
 *
 * @throws {RainhooksError} `input-invalid` with the reason.
 */
export function requireLocalStage(
  command: string,
  options: Pick<StageSelection, "stage">,
  reason: string,
): void {
  if (stageNameOf(options) === LOCAL_STAGE) return;
  throw wrongInput(`${command} can only be used with the local stage: ${reason}.`);
}

/** Why test events are not published to RainMaker's own topics. */
export const NO_TEST_EVENTS =
  "on RainMaker's own topics, other subscribers would take a test event for a real one";
