/**
 * Returns the deployed name of a resource: `rainhooks-<stage>-<name>`, or `<stage>-<name>` of a
 * stage whose name has a prefix.
 *
 * @example
 * ```ts
 * import { deployedName } from "@rainhooks/webhook";
 *
 * console.log(deployedName("dev", "node-status")); // rainhooks-dev-node-status
 * console.log(deployedName("acme-dev", "node-status")); // acme-dev-node-status
 * ```
 */
export function deployedName(stage: string, name: string): string {
  return `${integrationName(stage)}-${name}`;
}

/**
 * Returns the name of a webhook's dead-letter queue within a stage.
 *
 * @example
 * ```ts
 * import { deadLetterQueueName, deployedName } from "@rainhooks/webhook";
 *
 * console.log(deployedName("dev", deadLetterQueueName("a"))); // rainhooks-dev-a-dead-letters
 * ```
 */
export function deadLetterQueueName(webhook: string): string {
  return `${webhook}-dead-letters`;
}

/**
 * Returns the name within a stage of the queue to which replays for a webhook send.
 */
export function replayQueueName(webhook: string): string {
  return `${webhook}-replay`;
}

/**
 * Returns the default name of a stage's integration in RainMaker's filters, with which the names of
 * all its resources begin.
 */
export function integrationName(stage: string): string {
  return stage.includes("-") ? stage : `rainhooks-${stage}`;
}

/**
 * Returns what the names of secret parameters of a stage begin with. They are not below
 * `/rainhooks`: a role that may list the stages there could read them, too.
 */
export function parametersPrefix(stage: string, name: string): string {
  return `/rainhooks-secrets/${stage}/${name}`;
}
