import { defineWebhook, type Webhook } from "@rainhooks/webhook/define";
import type { WebhookOverride } from "../config.ts";

/** A webhook as a stage deploys it: the definition, with what the stage changes. */
export interface DeployedWebhook extends Webhook {
  readonly delivery: "queue" | "direct";
  readonly filterPolicy: WebhookOverride["filterPolicy"];
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Lays a stage's changes over a definition. A longer timeout hides records for longer.
 *
 * @throws {TypeError} when AWS would refuse what comes out.
 */
export function shapeFor(webhook: Webhook, override: WebhookOverride = {}): DeployedWebhook {
  const timeoutS = override.timeoutS ?? webhook.function.timeoutS;
  const windowS = override.windowS ?? webhook.batch.windowS;
  const shaped = defineWebhook({
    ...webhook,
    events: webhook.events.filter((type) => !(override.leaveOut ?? []).includes(type)),
    function: { timeoutS, memoryMiB: override.memoryMiB ?? webhook.function.memoryMiB },
    batch: {
      size: override.batchSize ?? webhook.batch.size,
      windowS,
      maxConcurrency: override.maxConcurrency ?? webhook.batch.maxConcurrency,
    },
    queue: {
      ...webhook.queue,
      visibilityTimeoutS: Math.max(webhook.queue.visibilityTimeoutS, 6 * timeoutS + windowS),
    },
  });
  return {
    ...shaped,
    delivery: override.delivery ?? "queue",
    filterPolicy: override.filterPolicy,
    environment: override.environment ?? {},
  };
}
