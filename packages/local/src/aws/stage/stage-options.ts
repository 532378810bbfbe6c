import type { FunctionDefinition } from "@rainhooks/webhook/define-function";
import type { SetSettings } from "@rainhooks/webhook/settings/set-settings";
import type { DevelopmentOptions, FunctionSettings } from "./function-options.ts";
import type { ServiceOptions } from "./start-services.ts";

/** Options of a stage. */
export interface StageOptions extends ServiceOptions {
  readonly name: string;
  readonly functions: readonly FunctionDefinition[];
  /** Name of the source of events. @defaultValue that of RainMaker */
  readonly source?: string;
  /** Names of functions that leave in their queues what comes. @defaultValue none */
  readonly paused?: readonly string[];
  /** Port of the API; 0 selects a free port. */
  readonly queryPort: number;
  /** Source of that endpoint: a flag or an environment variable. */
  readonly endpointFrom?: string | undefined;
  /** Returns the folder with a function's bundle. */
  readonly bundleDir: (name: string) => string | Promise<string>;
  /** Path of the compiled runtime of the functions. */
  readonly runtimePath: string;
  /** Returns another endpoint for a function than the stage's own. */
  readonly functionEndpoint?: (name: string, endpoint: string) => Promise<string>;
  /** Returns the values of a function's settings. @defaultValue their defaults */
  readonly settingsOf?: (definition: FunctionSettings) => SetSettings;
  /** ARNs that functions may send to, by name. @defaultValue none */
  readonly targets?: Readonly<Record<string, string>>;
  /** Lets the functions connect to other machines. @defaultValue false */
  readonly allowOutside?: boolean;
  /**
   * Starts the process of a function at its first invocation, as Lambda does: one that does not load is
   * noticed then. @defaultValue false
   */
  readonly lazy?: boolean;
  /** Stops the functions' processes between invocations, as Lambda does. @defaultValue false */
  readonly freezes?: boolean;
  /** Concurrent invocations of a function with a queue at most. @defaultValue two for each processor */
  readonly maxConcurrency?: number;
  /** Concurrent invocations of a webhook for replays, besides those for live events. @defaultValue 1 */
  readonly replayConcurrency?: number;
  /** Called for each attempt of a function to reach another machine, with host and port. */
  readonly onHeldBack?: (name: string, destination: string) => void;
  /** For a stage on which webhooks are being developed. */
  readonly development?: DevelopmentOptions;
}
