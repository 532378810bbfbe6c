import { availableParallelism } from "node:os";
import type { EventType } from "@rainhooks/core/catalog";
import { RainhooksError } from "@rainhooks/core/errors";
import type { FunctionDefinition } from "@rainhooks/webhook/define-function";
import type { DeployedNames } from "@rainhooks/webhook/environment";
import { deployedName } from "@rainhooks/webhook/names";
import type { Subscriptions } from "@rainhooks/webhook/resources";
import { type SetSettings, setSettings } from "@rainhooks/webhook/settings/set-settings";
import type { HandledBatch } from "../lambda/record-outcomes.ts";
import { parametersPlace } from "./parameters-place.ts";

/** The settings of a function. */
export type FunctionSettings = Pick<FunctionDefinition, "name" | "settings" | "sameAs">;

/** Options of all functions of a stage. */
export interface FunctionOptions {
  /** Name of the stage. */
  readonly stage: string;
  readonly dataDir: string;
  /** Returns the folder with a function's bundle. */
  readonly bundleDir: (name: string) => string | Promise<string>;
  /** Path of the compiled runtime of the functions. */
  readonly runtimePath: string;
  /** Returns the endpoint of the AWS services for a function. */
  readonly endpointOf: (name: string) => Promise<string>;
  readonly onProblem: (text: string) => void;
  /** Ends the receives of SQS that wait for messages, where the services can. */
  readonly endReceives?: (() => void) | undefined;
  /** Returns the URL of a function's queue. */
  readonly queueUrlOf: (name: string) => string | undefined;
  /** Returns the ARN of the topic of an event. */
  readonly topicArnOf: (event: EventType) => string;
  /** Returns the values of a function's settings. @defaultValue their defaults */
  readonly settingsOf?: (definition: FunctionSettings) => SetSettings;
  /** ARNs that functions may send to, by name. @defaultValue none */
  readonly targets?: Readonly<Record<string, string>>;
  /** Event types of which every event is archived. @defaultValue none */
  readonly archived?: readonly EventType[];
  /** Lets the functions connect to other machines. @defaultValue false */
  readonly allowOutside?: boolean;
  /** Called for each attempt of a function to reach another machine, with host and port. */
  readonly onHeldBack?: (name: string, destination: string) => void;
  /**
   * Starts the process of a function at its first invocation, as Lambda does: one that does not load is
   * noticed then. @defaultValue false
   */
  readonly lazy?: boolean;
  /** Stops the functions' processes between invocations, as Lambda does. @defaultValue false */
  readonly freezes?: boolean;
  /** Concurrent invocations of a function with a queue at most. @defaultValue two for each processor */
  readonly maxConcurrency?: number;
  /** Concurrent invocations for replays, besides those for live events. @defaultValue 1 */
  readonly replayConcurrency?: number;
  /** Bucket of the archive, of a stage that archives. */
  readonly archiveBucket?: string | undefined;
  readonly subscriptions?: Subscriptions;
  /** Names of functions that leave in their queues what comes. @defaultValue none */
  readonly paused?: readonly string[];
  /** Port of a function's URL. @defaultValue a free one */
  readonly queryPort?: number;
  /** For a stage on which webhooks are being developed. */
  readonly development?: DevelopmentOptions;
}

/** Options of a stage on which webhooks are being developed. */
export interface DevelopmentOptions {
  /** Called for each batch that a webhook has handled. */
  readonly onBatch: (batch: HandledBatch) => void;
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
 * Returns the environment variables of a function's settings.
 *
 * @throws {RainhooksError} `stage-failed` for wrong and missing settings.
 */
export function settingVariables(
  { settingsOf = defaultSettings }: FunctionOptions,
  definition: FunctionSettings,
): Readonly<Record<string, string>> {
  const { variables, mistakes } = settingsOf(definition);
  if (mistakes.length > 0)
    throw new RainhooksError("stage-failed", `${definition.name} cannot start: ${mistakes.join("; ")}.`);
  return variables;
}

/** The settings of a function to which a stage gives no values. */
export function defaultSettings({ settings }: FunctionSettings): SetSettings {
  return setSettings(settings, { values: new Map(), secretPlace: () => undefined });
}

/** Returns the names that a function of the stage needs. */
export function namesOf({
  stage,
  dataDir,
  queueUrlOf,
  topicArnOf,
  archiveBucket,
  subscriptions = { endpoints: [], topics: {} },
  targets = {},
  archived = [],
}: FunctionOptions): DeployedNames {
  const resourceName = (resource: string) => deployedName(stage, resource);
  const parametersAt = (name: string) => parametersPlace(dataDir, name);
  const places = { queueUrlOf, topicArnOf, parametersAt, archiveBucket, subscriptions };
  return { stage, resourceName, ...places, targets, archived };
}
