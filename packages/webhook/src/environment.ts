import { type EventType, shortType } from "@rainhooks/core/catalog";
import { RainhooksError } from "@rainhooks/core/errors";
import { filterRulesTable } from "@rainhooks/filter/filter-rules-table";
import type { FunctionDefinition } from "./define-function.ts";
import { integrationName, parametersPrefix } from "./names.ts";
import { NO_QUEUE, type QueueUse, type Resource } from "./resources.ts";
import { roundsTable } from "./rounds-table.ts";
import { VARIABLES } from "./variables.ts";

export { type DescribedSetting, describeSettings } from "./settings/describe-settings.ts";
export { VARIABLES } from "./variables.ts";

/** The deployed names that a function needs. */
export interface DeployedNames {
  readonly stage: string;
  /**
   * Name of the stage's integration in RainMaker's filters. @defaultValue {@link integrationName}
   */
  readonly integration?: string;
  /** The queues of a function that has some. */
  readonly queues?: QueueUrls | undefined;
  /** Returns the deployed name of a table or stream from its name within a stage. */
  readonly resourceName: (name: string) => string;
  /**
   * Returns the URL of a queue from the name of its function, `undefined` if the stage has none;
   * for functions with such a resource.
   */
  readonly queueUrlOf?: (worker: string) => string | undefined;
  /**
   * Returns the ARN of the topic of an event that the stage derives; for functions that publish it.
   */
  readonly topicArnOf?: (event: EventType) => string;
  /**
   * Returns the place of secret parameters from their name within a stage. @defaultValue
   * {@link parametersPrefix}
   */
  readonly parametersAt?: (name: string) => string;
  /** ARNs that the stage's file names, by their names there. @defaultValue none */
  readonly targets?: Readonly<Record<string, string>>;
  /** Event types of which every event is in the stage's archive. @defaultValue none */
  readonly archived?: readonly EventType[];
  /** Bucket of the stage's archive; for functions that read it. */
  readonly archiveBucket?: string | undefined;
  /** Name of the SSM parameter with the outputs of the stage. @defaultValue none */
  readonly stageOutputs?: string;
  /** True if the stage has rounds, for which its webhooks note what they handled. */
  readonly hasRounds?: boolean;
}

/** URLs of the queues of a function. */
export interface QueueUrls {
  readonly deadLetterQueueUrl: string;
  /** Its own queue. */
  readonly queueUrl: string;
  /** The queue of replays, of a webhook that accepts them. */
  readonly replayQueueUrl?: string | undefined;
}

/**
 * Returns the environment variables of a function: its stage, its queues, and the names of its
 * resources, or their URLs if they are queues. This is the only place that decides which ones it
 * gets.
 *
 * @throws {TypeError} for a name that it needs and that is not given.
 *
 * @example
 * ```ts
 * import { defineFunction, deployedName, functionEnvironment } from "@rainhooks/webhook";
 *
 * const table = { name: "doors", partitionKey: { name: "door", type: "S" } } as const;
 * const actions = ["dynamodb:GetItem"] as const;
 * const doors = { kind: "table", env: "DOORS_TABLE", table, actions } as const;
 * const api = defineFunction({
 *   trigger: "url",
 *   name: "door-api",
 *   description: "Returns doors.",
 *   resources: { doors },
 * });
 * const resourceName = (name: string) => deployedName("dev", name);
 * const environment = functionEnvironment(api, { stage: "dev", resourceName });
 * console.log(environment["DOORS_TABLE"]); // rainhooks-dev-doors
 * ```
 */
export function functionEnvironment(
  definition: FunctionDefinition,
  names: DeployedNames,
): Record<string, string> {
  const values = Object.values(definition.resources).map((resource) => [
    resource.env,
    nameOf(resource, names),
  ]);
  return {
    [VARIABLES.stage]: names.stage,
    ...Object.fromEntries(values),
    ...queueEnvironment(definition, names),
    ...rulesEnvironment(definition, names),
    ...(definition.trigger === "topics" && names.hasRounds === true
      ? { [VARIABLES.roundsTable]: names.resourceName(roundsTable.name) }
      : {}),
  };
}

/** The variables of a webhook's filter rules. */
function rulesEnvironment(
  definition: FunctionDefinition,
  { stage, integration = integrationName(stage), resourceName }: DeployedNames,
): Record<string, string> {
  if (definition.trigger !== "topics") return {};
  return {
    [VARIABLES.integration]: integration,
    ...(definition.filtered
      ? { [VARIABLES.filterRulesTable]: resourceName(filterRulesTable.name) }
      : {}),
  };
}

/** The variables of a function's own queues. */
function queueEnvironment(
  definition: FunctionDefinition,
  { queues }: DeployedNames,
): Record<string, string> {
  if (definition.trigger !== "topics" && definition.trigger !== "queue") return {};
  if (queues === undefined)
    throw new TypeError(`${definition.name} needs the URLs of its queues: give queues.`);
  const { deadLetterQueueUrl, queueUrl, replayQueueUrl } = queues;
  const { retryFirstWaitS, retryMaxWaitS } = definition.queue;
  return {
    [VARIABLES.deadLetterQueueUrl]: deadLetterQueueUrl,
    [VARIABLES.queueUrl]: queueUrl,
    [VARIABLES.retryFirstWaitS]: String(retryFirstWaitS),
    [VARIABLES.retryMaxWaitS]: String(retryMaxWaitS),
    ...(replayQueueUrl === undefined ? {} : { [VARIABLES.replayQueueUrl]: replayQueueUrl }),
  };
}

function nameOf(resource: Resource, names: DeployedNames): string {
  const {
    stage,
    resourceName,
    queueUrlOf,
    topicArnOf,
    parametersAt,
    targets = {},
    archived = [],
  } = names;
  switch (resource.kind) {
    case "table":
      return resourceName(resource.table.name);
    case "stream":
      return resourceName(resource.stream.name);
    case "queue":
      return queueUrlOf?.(resource.queue) ?? withoutQueue(resource);
    case "topic":
      if (topicArnOf === undefined)
        throw new TypeError(
          `${resource.env} needs the ARN of the topic of ${resource.event}: give topicArnOf.`,
        );
      return topicArnOf(resource.event);
    case "parameters":
      return parametersAt?.(resource.parameters) ?? parametersPrefix(stage, resource.parameters);
    case "targets":
      return JSON.stringify(targets);
    case "archived":
      return archived.length === 0 ? "none" : archived.map(shortType).join();
    case "archive":
      if (names.archiveBucket === undefined)
        throw new TypeError(`${resource.env} needs the bucket of the archive: give archiveBucket.`);
      return names.archiveBucket;
    case "stage":
      return names.stageOutputs ?? "none";
  }
}

function withoutQueue({ env, queue, optional }: QueueUse): string {
  if (optional === true) return NO_QUEUE;
  throw new RainhooksError(
    "stage-failed",
    `${env} needs the URL of the queue of ${queue}, which the stage does not run. Add it to the functions of the stage.`,
  );
}
