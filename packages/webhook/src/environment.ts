import type { Webhook } from "./define.ts";
import type { FunctionDefinition } from "./define-function.ts";
import { VARIABLES } from "./variables.ts";

export { type DescribedSetting, describeSettings } from "./settings/describe-settings.ts";
export { VARIABLES } from "./variables.ts";

/** The deployed names that a function needs. */
export interface DeployedNames {
  readonly stage: string;
  readonly integration: string;
  readonly deadLetterQueueUrl: string;
  /** `undefined` for a webhook that SNS invokes directly. */
  readonly queueUrl: string | undefined;
  /** Returns the deployed name of a table or stream from its name within a stage. */
  readonly resourceName: (name: string) => string;
}

/**
 * Returns the environment variables of any function: its stage, and the names of its resources.
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
  { stage, resourceName }: Pick<DeployedNames, "stage" | "resourceName">,
): Record<string, string> {
  const names = Object.values(resources).map((resource) => [
    resource.env,
    resourceName(resource.kind === "table" ? resource.table.name : resource.stream.name),
  ]);
  return { [VARIABLES.stage]: stage, ...Object.fromEntries(names) };
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
    [VARIABLES.deadLetterQueueUrl]: names.deadLetterQueueUrl,
    ...(names.queueUrl === undefined
      ? {}
      : {
          [VARIABLES.queueUrl]: names.queueUrl,
          [VARIABLES.retryFirstWaitS]: String(webhook.queue.retryFirstWaitS),
          [VARIABLES.retryMaxWaitS]: String(webhook.queue.retryMaxWaitS),
        }),
    ...(webhook.filtered ? { [VARIABLES.filterRulesTable]: names.resourceName(filterRulesTableName) } : {}),
  };
}
