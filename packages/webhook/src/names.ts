/** Returns the deployed name of a resource: `<prefix>-<stage>-<name>`. */
export function deployedName(stage: string, name: string, prefix = "rainhooks"): string {
  return `${prefix}-${stage}-${name}`;
}

/** Returns the name of a webhook's dead-letter queue within a stage. */
export function deadLetterQueueName(webhook: string): string {
  return `${webhook}-dead-letters`;
}

/** Returns the default name of a stage's integration in RainMaker's filters. */
export function integrationName(stage: string): string {
  return `rainhooks-${stage}`;
}
