import { defineWebhook, type Webhook } from "@rainhooks/webhook/define";
import type { WebhookAlarms, WebhookOverride } from "../config/config.ts";

/** A webhook as a stage deploys it: its definition with the changes of the stage. */
export interface DeployedWebhook extends Webhook {
  readonly delivery: "queue" | "direct";
  /** Concurrency of the function that is taken from the limit of the account. */
  readonly reservedConcurrency: number | undefined;
  readonly filterPolicy: WebhookOverride["filterPolicy"];
  readonly environment: Readonly<Record<string, string>>;
  readonly alarms: WebhookAlarms;
}

/**
 * Applies the changes of a stage to the definition of a webhook. With a longer timeout, the visibility timeout of the queue
 * becomes longer too.
 *
 * @throws {TypeError} if AWS would reject the result, or if SNS shall invoke a function that is not the stage's.
 */
export function applyOverride(webhook: Webhook, override: WebhookOverride = {}): DeployedWebhook {
  const timeoutS = override.timeoutS ?? webhook.function.timeoutS;
  const windowS = override.windowS ?? webhook.batch.windowS;
  const isDirect = override.delivery === "direct";
  if (isDirect && webhook.runtime === "external")
    throw new TypeError(
      `Webhook ${JSON.stringify(webhook.name)}: its function is not the stage's, so SNS cannot invoke it. Remove delivery: "direct".`,
    );
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
      retentionS:
        override.queueRetentionDays === undefined
          ? webhook.queue.retentionS
          : inSeconds(override.queueRetentionDays),
      deadLetterRetentionS:
        override.deadLetterRetentionDays === undefined
          ? webhook.queue.deadLetterRetentionS
          : inSeconds(override.deadLetterRetentionDays),
      visibilityTimeoutS: Math.max(webhook.queue.visibilityTimeoutS, 6 * timeoutS + windowS),
    },
  });
  return {
    ...changed,
    delivery: override.delivery ?? "queue",
    reservedConcurrency: isDirect ? override.maxConcurrency : override.reservedConcurrency,
    filterPolicy: override.filterPolicy,
    environment: override.environment ?? {},
    alarms: override.alarms ?? {},
  };
}

const DAY_S = 86_400;

function inSeconds(days: number): number {
  return Math.round(days * DAY_S);
}
