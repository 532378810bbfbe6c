import { resolve } from "node:path";
import { type AwsClients, localClients, requireRunningStage, type StageFile } from "@rainhooks/stage";

/** What every command works with. */
export interface CommandContext {
  readonly stage: StageFile;
  readonly clients: AwsClients;
  readonly dataDir: string;
}

/** In the project's own folder, where the command runs whatever folder it is called from. */
const DEFAULT_DATA = ".rainhooks";

/** The option that says which stage is meant. */
export interface StageOption {
  readonly data?: string | undefined;
}

/**
 * Reaches the stage that runs on a data folder.
 *
 * @throws {RainhooksError} `stage-unavailable` when none does.
 */
export async function reachStage({ data }: StageOption): Promise<CommandContext> {
  const dataDir = data === undefined ? resolve(DEFAULT_DATA) : resolve(process.env["INIT_CWD"] ?? ".", data);
  const stage = await requireRunningStage(dataDir);
  return { stage, clients: localClients(stage.endpoint), dataDir };
}
