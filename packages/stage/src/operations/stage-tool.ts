import type { Params } from "../query/params/param.ts";
import type { StageAccess } from "../reached.ts";
import type { RequestFields } from "./read-request.ts";

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
   * @param given Values by parameter name, as an assistant sends them.
   * @throws {RainhooksError} for wrong parameters, and if the stage cannot be read.
   */
  readonly run: (reached: StageAccess, given: RequestFields) => Promise<object>;
}
