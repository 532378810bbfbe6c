import type { StageOptions } from "../reach/stage.ts";

/** Options of `verify`. */
export interface VerifyOptions extends StageOptions {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly node?: readonly string[] | undefined;
  readonly sample?: number | undefined;
  readonly json?: boolean | undefined;
}
