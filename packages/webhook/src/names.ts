/** Name of something that Rainhooks deploys for a stage: `rainhooks-<stage>-<name>`. */
export function deployedName(stage: string, name: string): string {
  return `rainhooks-${stage}-${name}`;
}

/** Name, within a stage, of a webhook's dead-letter queue. */
export function deadLetterQueueName(webhook: string): string {
  return `${webhook}-dead-letters`;
}

/** Name under which RainMaker's filters know a stage, unless its configuration sets another. */
export function integrationName(stage: string): string {
  return `rainhooks-${stage}`;
}
