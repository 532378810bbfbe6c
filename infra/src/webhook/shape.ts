import { defineWebhook, type Webhook } from "@rainhooks/webhook/define";
import type { WebhookOverride } from "../config.ts";

/** A webhook as a stage deploys it: its definition with the changes of the stage. */
export interface DeployedWebhook extends Webhook {
  readonly delivery: "queue" | "direct";
  /** Maximum number of parallel invocations of a webhook that SNS invokes directly. */
  readonly reservedConcurrency: number | undefined;
  readonly filterPolicy: WebhookOverride["filterPolicy"];
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Applies the changes of a stage to the definition of a webhook. With a longer timeout, the visibility timeout of the queue
 * becomes longer too.
 *
 * @throws {TypeError} if AWS would reject the result.
 */
export function applyOverride(webhook: Webhook, override: WebhookOverride = {}): DeployedWebhook {
  const timeoutS = override.timeoutS ?? webhook.function.timeoutS;
  const windowS = override.windowS ?? webhook.batch.windowS;
  const isDirect = override.delivery === "direct";
  const changed = defineWebhook({
    ...webhook,
    events: webhook.events.filter((type) => !(override.leaveOut ?? []).includes(type)),
    function: { timeoutS, memoryMiB: override.memoryMiB ?? webhook.function.memoryMiB },
    batch: {
      size: override.batchSize ?? webhook.batch.size,
      windowS,
      // With direct delivery it bounds the function itself.
      maxConcurrency: (isDirect ? undefined : override.maxConcurrency) ?? webhook.batch.maxConcurrency,
    },
    queue: {
      ...webhook.queue,
      visibilityTimeoutS: Math.max(webhook.queue.visibilityTimeoutS, 6 * timeoutS + windowS),
    },
  });
  return {
    ...changed,
    delivery: override.delivery ?? "queue",
    reservedConcurrency: isDirect ? override.maxConcurrency : undefined,
    filterPolicy: override.filterPolicy,
    environment: override.environment ?? {},
  };
}
