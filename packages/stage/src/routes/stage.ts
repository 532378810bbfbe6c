import { functionOf, QUERY_API } from "../outputs.ts";
import type { StageAccess } from "../reached.ts";
import { programAsTyped } from "../terminal/as-typed.ts";
import { shellWord } from "../terminal/shell.ts";

/** What the page needs to know of the stage. */
export interface StageAnswer {
  readonly stage: string;
  readonly region: string;
  /** Whether it runs on this machine. */
  readonly isLocal: boolean;
  /** URL of the query API, for programs; absent if the stage has none. */
  readonly queryApi?: string;
  /** How commands begin where the console was started. */
  readonly program: string;
  /** Options that the command line needs to reach it. */
  readonly options: string;
}

/** Describes a stage for the page. */
export function stageAnswer({ outputs, local }: StageAccess): StageAnswer {
  const { stage, region } = outputs;
  const queryApi = functionOf(outputs, QUERY_API, "url");
  return {
    stage,
    region,
    isLocal: local !== undefined,
    ...(queryApi === undefined ? {} : { queryApi: queryApi.url }),
    program: programAsTyped(),
    options:
      local === undefined
        ? ` --stage ${shellWord(stage)} --region ${shellWord(region)}`
        : ` --data ${shellWord(local.dataDir)}`,
  };
}
