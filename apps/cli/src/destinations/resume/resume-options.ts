import type { ResumeRequest } from "@rainhooks/operate";
import type { StageSelection } from "../../reach/reach-stage.ts";

/** Options of `destinations resume`. */
export interface ResumeOptions extends StageSelection, ResumeRequest {
  /** Show only what would be done. */
  readonly plan?: boolean | undefined;
  /** Do not send what was missed. */
  readonly skipMissed?: boolean | undefined;
  readonly yes?: boolean | undefined;
  readonly json?: boolean | undefined;
}
