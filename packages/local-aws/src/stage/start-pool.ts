import { availableParallelism } from "node:os";
import { join } from "node:path";
import { type EventType, LOCAL_CREDENTIALS, LOCAL_REGION, messageOf, RainhooksError } from "@rainhooks/core";
import {
  deployedName,
  type FunctionDefinition,
  integrationName,
  type SetSettings,
  setSettings,
} from "@rainhooks/webhook/define";
import { FunctionPool } from "../lambda/function-pool.ts";
import type { FunctionError } from "../lambda/messages.ts";
import type { HandledBatch } from "../lambda/record-outcomes.ts";
import { FunctionLog } from "./function-log.ts";
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
  /** Returns the URL of a worker's queue. */
  readonly queueUrlOf: (worker: string) => string;
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
  /** Stops the functions' processes between invocations, as Lambda does. @defaultValue false */
  readonly freezes?: boolean;
  /** Concurrent invocations of a webhook or worker at most. @defaultValue two for each processor */
  readonly maxConcurrency?: number;
  /** Concurrent invocations for replays, besides those for live events. @defaultValue 1 */
  readonly replayConcurrency?: number;
  /** For a stage on which webhooks are being developed. */
  readonly development?: DevelopmentOptions;
}

/** Options of a stage on which webhooks are being developed. */
export interface DevelopmentOptions {
  /** Called for each batch that a webhook has handled. */
  readonly onBatch: (batch: HandledBatch) => void;
}

/** A running function. */
export interface RunningFunction {
  readonly log: FunctionLog;
  /** Process ids. */
  pids(): number[];
  stop(): Promise<void>;
}

/** Starts the processes of a function. */
export async function startPool(
  options: FunctionOptions,
  definition: FunctionDefinition,
  variables: Readonly<Record<string, string>>,
  concurrency: number,
) {
  const {
    stage,
    dataDir,
    onProblem,
    onHeldBack,
    allowOutside = false,
    freezes = false,
    development,
  } = options;
  const { name } = definition;
  const problem = (text: string) => onProblem(`${name}: ${text}`);
  const log = new FunctionLog(
    join(dataDir, "logs", `${name}.log`),
    (error) => problem(messageOf(error)),
    (destination) => onHeldBack?.(name, destination),
  );
  const spec = {
    name: deployedName(stage, name),
    bundleDir: await options.bundleDir(definition.sameAs ?? name),
    runtimePath: options.runtimePath,
    memoryMiB: definition.function.memoryMiB,
    timeoutS: definition.function.timeoutS,
    environment: {
      ...variables,
      ...awsEnvironment(await options.endpointOf(name)),
    },
    onLine: (line: string) => log.write(line),
    allowOutside,
    freezes,
    sourceMaps: development !== undefined,
  };
  const functions = new FunctionPool(spec, concurrency);
  const started = await functions.start();
  if (started.kind === "result") return { functions, log, problem };
  await functions.stop();
  await log.close();
  throw loadError(name, started.error);
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

/** Makes the error of a function that does not start. */
export function loadError(name: string, { errorMessage, place }: FunctionError): RainhooksError {
  const where = place === undefined ? "" : ` (${place})`;
  return new RainhooksError("stage-failed", `${name} failed to start: ${errorMessage}${where}`);
}

/** Returns the names that a function of the stage needs. */
export function namesOf({
  stage,
  dataDir,
  queueUrlOf,
  topicArnOf,
  targets = {},
  archived = [],
}: FunctionOptions) {
  const resourceName = (resource: string) => deployedName(stage, resource);
  const parametersAt = (name: string) => parametersPlace(dataDir, name);
  const names = {
    stage,
    integration: integrationName(stage),
    resourceName,
    queueUrlOf,
    topicArnOf,
    parametersAt,
  };
  return { ...names, targets, archived };
}

function awsEnvironment(endpoint: string): Record<string, string> {
  return {
    AWS_REGION: LOCAL_REGION,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: LOCAL_CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: LOCAL_CREDENTIALS.secretAccessKey,
  };
}
