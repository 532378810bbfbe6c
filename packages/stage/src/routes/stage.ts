import type { StageAccess } from "../stage-access.ts";
import { programAsTyped } from "../terminal/as-typed.ts";
import { shellWord } from "../terminal/shell.ts";

/** What the page needs to know of the stage. */
export interface StageResponse {
  readonly stage: string;
  readonly region: string;
  /** Whether it runs on this machine. */
  readonly isLocal: boolean;
  /** How commands begin where the console was started. */
  readonly program: string;
  /** Options that the command line needs to reach it. */
  readonly options: string;
}

/** Describes a stage for the page. */
export function stageResponse({ outputs, local }: StageAccess): StageResponse {
  const { stage, region } = outputs;
  return {
    stage,
    region,
    isLocal: local !== undefined,
    program: programAsTyped(),
    options:
      local === undefined
        ? ` --stage ${shellWord(stage)} --region ${shellWord(region)}`
        : ` --data ${shellWord(local.dataDir)}`,
  };
}
