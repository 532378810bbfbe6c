import type { StageAccess } from "../stage-access.ts";
import { programAsTyped } from "../terminal/as-typed.ts";
import { shellWord } from "../terminal/shell.ts";
import { versionNote } from "../version.ts";

/** What the page needs to know of the stage. */
export interface StageResponse {
  readonly stage: string;
  readonly region: string;
  /** Whether it runs on this machine. */
  readonly isLocal: boolean;
  readonly hasRounds: boolean;
  /** How commands begin where the console was started. */
  readonly program: string;
  /** Options that the command line needs to reach it. */
  readonly options: string;
  /** Says that the stage is of another version than the console. */
  readonly note?: string | undefined;
  /** Name of the program of the page that the console serves now. */
  readonly script?: string | undefined;
}

/** Describes a stage for the page. */
export function stageResponse({ outputs, local }: StageAccess): StageResponse {
  const { stage, region, version } = outputs;
  return {
    stage,
    region,
    isLocal: local !== undefined,
    hasRounds: outputs.rounds !== undefined,
    note: versionNote(stage, version),
    program: programAsTyped(),
    options:
      local === undefined
        ? ` --stage ${shellWord(stage)} --region ${shellWord(region)}`
        : ` --data ${shellWord(local.dataDir)}`,
  };
}
