import type { Params } from "@rainhooks/stage/query/params/param";
import type { ReachedStage } from "@rainhooks/stage/reached";

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
   * @throws {RainhooksError} for wrong parameters, and if the stage cannot be read.
   */
  readonly run: (
    reached: ReachedStage,
    texts: Readonly<Record<string, string | undefined>>,
  ) => Promise<object>;
}
