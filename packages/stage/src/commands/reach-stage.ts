import { wrongInput } from "@rainhooks/core/errors";
import { isStageName } from "../outputs.ts";
import { readOutputs } from "../read-outputs.ts";
import { clientsOf, type LocalStage, type StageAccess } from "../stage-access.ts";
import { reachLiveStage, withLiveTables } from "../tables/live-tables.ts";
import { versionNote } from "../version.ts";
import { reachableDataDirOf } from "./data-folder.ts";
import { keepSelection, LOCAL_STAGE, type StageSelection, stageNameOf } from "./local-stage.ts";
import { printNote } from "./output.ts";

export type { StageSelection } from "./local-stage.ts";

/**
 * Finds a stage: the one that runs on this machine, or a deployed one by the outputs it saved in
 * SSM.
 *
 * @throws {RainhooksError} `stage-unavailable` when no local stage runs, `not-found` when no such
 * stage is deployed.
 */
export async function reachStage(options: StageSelection): Promise<StageAccess> {
  keepSelection(options);
  const { region, data, profile } = options;
  const stage = stageNameOf(options);
  if (stage === LOCAL_STAGE) return reachLocalStage(options);
  requireStageName(stage);
  if (data !== undefined) {
    throw wrongInput(`--data can only be used with the local stage, not with ${stage}.`);
  }
  const outputs = await readOutputs(stage, { region, profile });
  const note = versionNote(stage, outputs.version);
  if (note !== undefined) printNote(note);
  const address = { outputs, local: undefined, ...(profile === undefined ? {} : { profile }) };
  return withLiveTables({ ...address, clients: clientsOf(address) });
}

/** @throws {RainhooksError} `input-invalid` for what no stage can be named. */
export function requireStageName(stage: string): void {
  if (isStageName(stage)) return;
  throw wrongInput(
    `${stage} is not a stage name. Use lower-case letters and digits, as in dev or acme-dev.`,
  );
}

/**
 * Finds the stage that runs on this machine: on the folder of `--data` or RAINHOOKS_DATA, or else
 * in this folder or those above it.
 *
 * @throws {RainhooksError} `stage-unavailable` when no stage runs there.
 */
export async function reachLocalStage(options: Omit<StageSelection, "stage">): Promise<LocalStage> {
  if (options.profile !== undefined)
    throw wrongInput("A profile of AWS can only be used with a deployed stage.");
  if (options.region !== undefined) {
    throw wrongInput("--region can only be used with a deployed stage: choose one with --stage.");
  }
  return reachLiveStage(await reachableDataDirOf(options));
}
