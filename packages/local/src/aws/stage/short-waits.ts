import type { FunctionDefinition, QueuedFunction } from "@rainhooks/webhook/define-function";

/** Waits of a local stage. */
const SHORT = { bufferS: 1, windowS: 1, retryFirstWaitS: 2, retryMaxWaitS: 30 };
const SHORTEST: typeof SHORT = { bufferS: 1, windowS: 0, retryFirstWaitS: 1, retryMaxWaitS: 5 };

/**
 * Receives before SQS moves a record to the dead-letter queue, at the limit of SQS: with the
 * shortest waits after about an hour.
 */
const MAX_RECEIVES = 1000;

/**
 * Shortens the waits of a function with a queue for a local stage: batches and buffers fill faster,
 * and failed records are retried sooner. Everything else is as in the cloud.
 */
export function withShortWaits<Of extends FunctionDefinition>(definition: Of): Of {
  return isQueued(definition) ? withWaits(definition, SHORT) : definition;
}

/**
 * Shortens the waits of a function with a queue as far as possible, for its development: events are
 * handled at once, and retried within seconds.
 */
export function withShortestWaits<Of extends FunctionDefinition>(definition: Of): Of {
  if (!isQueued(definition)) return definition;
  const short = withWaits(definition, SHORTEST);
  return { ...short, queue: { ...short.queue, maxReceives: MAX_RECEIVES } };
}

/**
 * Gives a function with a queue another timeout, so that what depends on it takes less time: how
 * long a record of a process that was killed waits, and how long a change of slots is waited for.
 */
export function withTimeout<Of extends QueuedFunction>(definition: Of, timeoutS: number): Of {
  return {
    ...definition,
    function: { ...definition.function, timeoutS },
    queue: { ...definition.queue, visibilityTimeoutS: 6 * timeoutS + definition.batch.windowS },
  };
}

/**
 * Gives a function with a queue another visibility timeout: after it, a record comes again whose
 * delay failed, perhaps twice.
 */
export function withVisibilityTimeout<Of extends FunctionDefinition>(
  definition: Of,
  visibilityTimeoutS: number,
): Of {
  if (!isQueued(definition)) return definition;
  return { ...definition, queue: { ...definition.queue, visibilityTimeoutS } };
}

function isQueued<Of extends FunctionDefinition>(
  definition: Of,
): definition is Of & QueuedFunction {
  return definition.trigger === "topics" || definition.trigger === "queue";
}

function withWaits<Of extends QueuedFunction>(
  definition: Of,
  { bufferS, windowS, ...retries }: typeof SHORT,
): Of {
  const resources = Object.entries(definition.resources).map(([key, resource]) => [
    key,
    resource.kind === "stream"
      ? { ...resource, stream: { ...resource.stream, bufferS } }
      : resource,
  ]);
  return {
    ...definition,
    resources: Object.fromEntries(resources),
    batch: { ...definition.batch, windowS },
    queue: { ...definition.queue, ...retries },
  };
}
