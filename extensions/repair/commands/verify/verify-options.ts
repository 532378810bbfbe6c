import type { WorkOptions } from "../store-work/store-work-options.ts";

/** Options of `verify`. */
export interface VerifyOptions extends WorkOptions {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly node?: readonly string[] | undefined;
  readonly sample?: number | undefined;
  readonly json?: boolean | undefined;
}
