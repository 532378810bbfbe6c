import { shellWord } from "../terminal/shell.ts";
import { dataOfVariable } from "./data-folder.ts";
import { LOCAL_STAGE, lastStageSelection, type StageSelection, stageNameOf } from "./local-stage.ts";

/**
 * Returns the options of a command that a user is advised to run on the same stage; empty for those that are
 * the default.
 */
export function onStage(options: StageSelection): string {
  const stage = stageNameOf(options);
  const named = stage === LOCAL_STAGE ? "" : ` --stage ${shellWord(stage)}`;
  const region = options.region === undefined ? "" : ` --region ${shellWord(options.region)}`;
  // A variable may have been set for one command only.
  const data = options.data ?? (stage === LOCAL_STAGE ? dataOfVariable() : undefined);
  return `${named}${region}${data === undefined ? "" : ` --data ${shellWord(data)}`}`;
}

/** Returns the same for the stage that this command has reached last. */
export function onSelectedStage(): string {
  const options = lastStageSelection();
  return options === undefined ? "" : onStage(options);
}
