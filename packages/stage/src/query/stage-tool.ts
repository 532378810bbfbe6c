import type { ReachedStage } from "../reached.ts";
import type { Params } from "./params/param.ts";

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
