import type { FunctionPool } from "../../lambda/function-pool.ts";

/** What the trigger of a function needs of it. */
export interface TriggeredFunction {
  readonly functions: FunctionPool;
  /** Reports a problem of the function. */
  readonly problem: (text: string) => void;
}

/** What invokes a running function. */
export interface RunningTrigger {
  /** Where requests and invocations come in, of a function that programs reach. */
  readonly address?: string;
  /** Runs it once more, now, and waits for the end; only of a function that runs at a rate. */
  readonly run?: () => Promise<void>;
  /** Waits for what is running. */
  readonly stop: () => Promise<void>;
}
