import type { StageOptions } from "../../reach/stage.ts";

/** Options of `destinations resume`. */
export interface ResumeOptions extends StageOptions {
  /** Show only what would be done. */
  readonly plan?: boolean | undefined;
  /** Do not send what was missed. */
  readonly skipMissed?: boolean | undefined;
  /** Maximum deliveries per second. */
  readonly rate?: number | undefined;
  readonly maxDeadLetters: number;
  readonly yes?: boolean | undefined;
  readonly json?: boolean | undefined;
}
