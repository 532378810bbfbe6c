import type { ReachedStage } from "../reached.ts";
import { type Params, readParams, type ValuesOf } from "./params/param.ts";

/** A tool that reads something of a stage. */
export interface StageTool {
  readonly name: string;
  readonly summary: string;
  readonly params: Params;
  /** Whether the result has pages, with `next` in each but the last. */
  readonly paged: boolean;
  /**
   * Returns the result.
   *
   * @param texts Values by parameter name, as text.
   * @param lists Values of parameters that are lists.
   * @throws {RainhooksError} for wrong parameters, and if the stage cannot be read.
   */
  readonly run: (
    reached: ReachedStage,
    texts: Readonly<Record<string, string | undefined>>,
    lists: Readonly<Record<string, unknown>>,
  ) => Promise<object>;
}

/** Makes a tool that says what an operation would do. It changes nothing. */
export function planTool<const Of extends Params>({
  make,
  ...tool
}: Pick<StageTool, "name" | "summary"> & {
  readonly params: Of;
  readonly make: (reached: ReachedStage, values: ValuesOf<Of>) => Promise<object>;
}): StageTool {
  return { ...tool, paged: false, run: (reached, texts) => make(reached, readParams(tool.params, texts)) };
}
