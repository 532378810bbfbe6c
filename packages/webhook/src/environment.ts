import { type EventType, shortType } from "@rainhooks/core";
import type { Webhook } from "./define.ts";
import type { FunctionDefinition, Resource } from "./define-function.ts";
import type { Worker } from "./define-worker.ts";
import { parametersPrefix } from "./names.ts";
import type { QueuedFunction } from "./queue-shape.ts";
import { VARIABLES } from "./variables.ts";

export { type DescribedSetting, describeSettings } from "./settings/describe-settings.ts";
export { VARIABLES } from "./variables.ts";

/** The deployed names that a function needs. */
export interface DeployedNames {
  readonly stage: string;
  readonly integration: string;
  readonly deadLetterQueueUrl: string;
  /** URL of the function's own queue; `undefined` for a webhook that SNS invokes directly. */
  readonly queueUrl: string | undefined;
  /** URL of the queue of replays, for a webhook that accepts them. */
  readonly replayQueueUrl?: string | undefined;
  /** Returns the deployed name of a table or stream from its name within a stage. */
  readonly resourceName: (name: string) => string;
  /** Returns the URL of a worker's queue from the name of the worker; for functions with such a resource. */
  readonly queueUrlOf?: (worker: string) => string;
  /** Returns the ARN of the topic of an event that the stage derives; for functions that publish it. */
  readonly topicArnOf?: (event: EventType) => string;
  /** Returns the place of secret parameters from their name within a stage. @defaultValue {@link parametersPrefix} */
  readonly parametersAt?: (name: string) => string;
  /** ARNs that the stage's file names, by their names there. @defaultValue none */
  readonly targets?: Readonly<Record<string, string>>;
  /** Event types of which every event is in the stage's archive. @defaultValue none */
  readonly archived?: readonly EventType[];
  /** Bucket of the stage's archive; for functions that read it. */
  readonly archiveBucket?: string | undefined;
}

/** What the resources of a function are deployed as. */
type ResourceNames = Pick<
  DeployedNames,
  | "stage"
  | "resourceName"
  | "queueUrlOf"
  | "topicArnOf"
  | "parametersAt"
  | "targets"
  | "archived"
  | "archiveBucket"
>;

/**
 * Returns the environment variables of any function: its stage, and the names of its resources, or their URLs if they are queues.
 *
 * @example
 * ```ts
 * import { nodeStatusTable } from "@rainhooks/node-status/table";
 * import { defineApi, deployedName } from "@rainhooks/webhook/define";
 * import { resourceEnvironment } from "@rainhooks/webhook/environment";
 *
 * const api = defineApi({
 *   name: "node-api",
 *   description: "Returns the status of nodes.",
 *   resources: {
 *     nodes: { kind: "table", env: "NODES_TABLE", table: nodeStatusTable, actions: ["dynamodb:GetItem"] },
 *   },
 * });
 * const resourceName = (name: string) => deployedName("dev", name);
 * console.log(resourceEnvironment(api, { stage: "dev", resourceName })["NODES_TABLE"]); // rainhooks-dev-node-status
 * ```
 */
export function resourceEnvironment(
  { resources }: FunctionDefinition,
  names: ResourceNames,
): Record<string, string> {
  const values = Object.values(resources).map((resource) => [resource.env, nameOf(resource, names)]);
  return { [VARIABLES.stage]: names.stage, ...Object.fromEntries(values) };
}

function nameOf(resource: Resource, names: ResourceNames): string {
  const { stage, resourceName, queueUrlOf, topicArnOf, parametersAt, targets = {}, archived = [] } = names;
  switch (resource.kind) {
    case "table":
      return resourceName(resource.table.name);
    case "stream":
      return resourceName(resource.stream.name);
    case "queue":
      if (queueUrlOf === undefined)
        throw new TypeError(
          `${resource.env} needs the URL of the queue of ${resource.queue}: give queueUrlOf.`,
        );
      return queueUrlOf(resource.queue);
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
  }
}

/**
 * Returns the environment variables of a webhook's function. This is the only place that decides which ones it gets.
 *
 * @example
 * ```ts
 * import { defineWebhook, deployedName, integrationName } from "@rainhooks/webhook/define";
 * import { functionEnvironment } from "@rainhooks/webhook/environment";
 *
 * const alerts = defineWebhook({ name: "alerts", description: "Logs alerts.", events: ["rmaker.event.alert"] });
 * const names = {
 *   stage: "dev",
 *   integration: integrationName("dev"),
 *   deadLetterQueueUrl: "https://sqs.us-east-1.amazonaws.com/123456789012/rainhooks-dev-alerts-dead-letters",
 *   queueUrl: undefined,
 *   resourceName: (name: string) => deployedName("dev", name),
 * };
 * console.log(functionEnvironment(alerts, names, "filter-rules")["RAINHOOKS_STAGE"]); // dev
 * ```
 */
export function functionEnvironment(
  webhook: Webhook,
  names: DeployedNames,
  filterRulesTableName: string,
): Record<string, string> {
  return {
    ...resourceEnvironment(webhook, names),
    [VARIABLES.integration]: names.integration,
    ...queueEnvironment(webhook, names),
    ...(names.replayQueueUrl === undefined ? {} : { [VARIABLES.replayQueueUrl]: names.replayQueueUrl }),
    ...(webhook.filtered ? { [VARIABLES.filterRulesTable]: names.resourceName(filterRulesTableName) } : {}),
  };
}

/**
 * Returns the environment variables of a worker's function.
 *
 * @example
 * ```ts
 * import { defineWorker, deployedName } from "@rainhooks/webhook/define";
 * import { workerEnvironment } from "@rainhooks/webhook/environment";
 *
 * const calls = defineWorker({ name: "calls", description: "Calls one system after the other." });
 * const names = {
 *   stage: "dev",
 *   deadLetterQueueUrl: "https://sqs.us-east-1.amazonaws.com/123456789012/rainhooks-dev-calls-dead-letters",
 *   queueUrl: "https://sqs.us-east-1.amazonaws.com/123456789012/rainhooks-dev-calls",
 *   resourceName: (name: string) => deployedName("dev", name),
 * };
 * console.log(workerEnvironment(calls, names)["RETRY_FIRST_WAIT_S"]); // 30
 * ```
 */
export function workerEnvironment(
  worker: Worker,
  names: Omit<DeployedNames, "integration">,
): Record<string, string> {
  return { ...resourceEnvironment(worker, names), ...queueEnvironment(worker, names) };
}

/** The variables of a function's own queue and its dead-letter queue. */
function queueEnvironment(
  { queue }: QueuedFunction,
  { deadLetterQueueUrl, queueUrl }: Pick<DeployedNames, "deadLetterQueueUrl" | "queueUrl">,
): Record<string, string> {
  const deadLetters = { [VARIABLES.deadLetterQueueUrl]: deadLetterQueueUrl };
  if (queueUrl === undefined) return deadLetters;
  return {
    ...deadLetters,
    [VARIABLES.queueUrl]: queueUrl,
    [VARIABLES.retryFirstWaitS]: String(queue.retryFirstWaitS),
    [VARIABLES.retryMaxWaitS]: String(queue.retryMaxWaitS),
  };
}
