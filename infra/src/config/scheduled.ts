import type { SettingInput } from "./webhook.ts";

/** Changes of a stage to a scheduled function. */
export interface ScheduledOverride {
  /** Whether the function and its rule exist. Data stay without them. @defaultValue true */
  readonly deployed?: boolean;
  /** Minutes between two runs: 1 to 1,440. @defaultValue as in the definition */
  readonly everyMinutes?: number;
  /** Memory of the function. @defaultValue as in the definition */
  readonly memoryMiB?: number;
  /** Timeout of the function. @defaultValue as in the definition */
  readonly timeoutS?: number;
  /** Values of the function's settings, by name; of a secret where it is, as for a webhook. @defaultValue as in the definition */
  readonly settings?: Readonly<Record<string, SettingInput>>;
}
