import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { TableDescription } from "@rainhooks/dynamodb/table-description";
import type { FunctionDefinition } from "@rainhooks/webhook/define-function";
import type { DeployedNames } from "@rainhooks/webhook/environment";
import { type SetSettings, setSettings } from "@rainhooks/webhook/settings/set-settings";
import { settingVariable } from "@rainhooks/webhook/settings/setting";
import type { Emulators } from "../emulators/start-emulators.ts";
import type { WebhookBatch } from "../lambda/record-outcomes.ts";

/** The settings of a function. */
export type FunctionSettings = Pick<FunctionDefinition, "name" | "settings" | "sameAs">;

/** Options of a stage. */
export interface StageOptions {
  readonly name: string;
  readonly functions: readonly FunctionDefinition[];
  /** Tables that it has besides those that functions use. @defaultValue those of each stage */
  readonly tables?: readonly TableDescription[];
  readonly dataDir: string;
  /** Port of the AWS endpoint; 0 selects a free one. */
  readonly port: number;
  /** Port of the API; 0 selects a free one. */
  readonly queryPort: number;
  /**
   * Services that run already, such as in another process; they are not stopped with the stage.
   * @defaultValue embedded ones
   */
  readonly services?: Pick<Emulators, "endpoint" | "flush">;
  /** Called for problems while the stage runs. */
  readonly onProblem: (text: string) => void;
  /** Name of the source of events. @defaultValue that of RainMaker */
  readonly source?: string;
  /** Names of functions that leave in their queues what comes. @defaultValue none */
  readonly paused?: readonly string[];
  /** Returns the folder with a function's bundle. */
  readonly bundleDir: (name: string) => string | Promise<string>;
  /** Returns another endpoint for a function than the stage's own. */
  readonly functionEndpoint?: (name: string, endpoint: string) => Promise<string>;
  /** Returns the values of a function's settings. @defaultValue their defaults */
  readonly settingsOf?: (definition: FunctionSettings) => SetSettings;
  /** ARNs that functions may send to, by name. @defaultValue none */
  readonly targets?: Readonly<Record<string, string>>;
  /** Lets the functions connect to other machines. @defaultValue false */
  readonly allowOutside?: boolean;
  /** Called for each attempt of a function to reach another machine, with host and port. */
  readonly onBlocked?: (name: string, destination: string) => void;
  /**
   * Starts the process of a function at its first invocation, as Lambda does: one that does not
   * load is noticed then. @defaultValue false
   */
  readonly lazy?: boolean;
  /** Stops the functions' processes between invocations, as Lambda does. @defaultValue false */
  readonly freezes?: boolean;
  /**
   * Concurrent invocations of a function for each of its queues at most. @defaultValue two for each
   * processor, and one for replays
   */
  readonly maxConcurrency?: number;
  /**
   * For a stage on which webhooks are being developed: called for each batch that a webhook has
   * handled.
   */
  readonly onBatch?: (batch: WebhookBatch) => void;
}

/** What the functions of a stage are started with. */
export interface FunctionOptions
  extends StageOptions,
    Pick<Emulators, "endReceives" | "traceHeaderOf"> {
  readonly names: DeployedNames;
  readonly settingsOf: (definition: FunctionSettings) => SetSettings;
  /** Returns the endpoint of the AWS services for a function. */
  readonly endpointOf: (name: string) => Promise<string>;
}

/**
 * Returns the concurrency for one machine: as in AWS, but limited.
 *
 * @param most Invocations at once. @defaultValue two for each processor
 */
export function localConcurrency(max: number, most: number = 2 * availableParallelism()): number {
  return Math.min(max, most);
}

/**
 * Returns the place of secret parameters on a local stage: a file that only the user can read. It
 * does not exist before the first one.
 */
export function parametersPlace(dataDir: string, name: string): string {
  return `file:${join(dataDir, `secret-${name}`)}`;
}

/** Name of the setting with the subnets that a function may call although they are not public. */
const PRIVATE_SETTING = "allowPrivate";

/**
 * Returns the settings of a function of a stage: it may call receivers on this machine, unless its
 * settings say otherwise.
 */
export function settingsOn({
  settingsOf = ({ settings }) =>
    setSettings(settings, { values: new Map(), secretPlace: () => undefined }),
}: Pick<StageOptions, "settingsOf">): FunctionOptions["settingsOf"] {
  return (definition) => {
    const set = settingsOf(definition);
    const own = Object.entries(definition.settings).find(([name]) => name === PRIVATE_SETTING);
    if (own?.[1].kind !== "list") return set;
    return { ...set, variables: { [settingVariable(...own)]: "all", ...set.variables } };
  };
}
