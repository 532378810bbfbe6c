import type { SettingInput } from "./webhook.ts";
import type { WorkerAlarms } from "./worker-alarms.ts";

/** Changes of a stage to a worker. */
export interface WorkerOverride {
  /** Whether the function and its queue exist. Functions that send to the queue must not be deployed without it. Data stay. @defaultValue true */
  readonly deployed?: boolean;
  /** Memory of the function. @defaultValue as in the definition */
  readonly memoryMiB?: number;
  /** Timeout of the function. The visibility timeout of the queue grows with it. @defaultValue as in the definition */
  readonly timeoutS?: number;
  /** Maximum number of parallel invocations. @defaultValue as in the definition */
  readonly maxConcurrency?: number;
  /** Concurrency that no other function of the account can use; at least `maxConcurrency`. @defaultValue none */
  readonly reservedConcurrency?: number;
  /** Maximum number of messages of an invocation. @defaultValue as in the definition */
  readonly batchSize?: number;
  /** Time in which a batch is collected. @defaultValue as in the definition */
  readonly windowS?: number;
  /** Values of the worker's settings, by name; of a secret where it is, as for a webhook. @defaultValue as in the definition */
  readonly settings?: Readonly<Record<string, SettingInput>>;
  /** When this worker's alarms go off. */
  readonly alarms?: WorkerAlarms;
}
