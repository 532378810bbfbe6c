import type { Webhook } from "@rainhooks/webhook/define";

const STREAM_BUFFER_S = 3;
const BATCH_WINDOW_S = 1;
const RETRY_FIRST_WAIT_S = 2;
const RETRY_MAX_WAIT_S = 30;

/**
 * Shortens the waits of a webhook for a local stage: batches and buffers fill faster, and failed records are retried sooner.
 * Everything else is as in the cloud.
 */
export function withShortWaits(webhook: Webhook): Webhook {
  const resources = Object.entries(webhook.resources).map(([key, resource]) => [
    key,
    resource.kind === "stream"
      ? { ...resource, stream: { ...resource.stream, bufferS: STREAM_BUFFER_S } }
      : resource,
  ]);
  return {
    ...webhook,
    resources: Object.fromEntries(resources),
    batch: { ...webhook.batch, windowS: BATCH_WINDOW_S },
    queue: { ...webhook.queue, retryFirstWaitS: RETRY_FIRST_WAIT_S, retryMaxWaitS: RETRY_MAX_WAIT_S },
  };
}
