import { DEFAULT_NODES, type Plan, planOf } from "@rainhooks/capacity";
import { defineWebhook, replayBatch, streamsOf, type Webhook } from "@rainhooks/webhook/define";
import type { WebhookAlarms, WebhookOverride } from "../config/config.ts";
import { changedShapes, refuseTooFewReserved } from "../function/shapes.ts";

/** A webhook as a stage deploys it: its definition with the changes of the stage. */
export interface DeployedWebhook extends Webhook {
  readonly delivery: NonNullable<WebhookOverride["delivery"]>;
  /** Concurrency of the function that is taken from the limit of the account. */
  readonly reservedConcurrency: number | undefined;
  readonly filterPolicy: WebhookOverride["filterPolicy"];
  readonly environment: Readonly<Record<string, string>>;
  readonly alarms: WebhookAlarms;
}

/**
 * Applies the changes of a stage to the definition of a webhook. With a longer timeout, the visibility timeout of the queue
 * becomes longer too. The concurrency follows from the number of nodes, unless the stage sets it.
 *
 * @throws {TypeError} if AWS would reject the result, if SNS shall invoke a function that is not the stage's, if it shall write to a stream
 * that the webhook does not have, or if the function would write more than its tables take.
 */
export function applyOverride(
  webhook: Webhook,
  override: WebhookOverride = {},
  nodes: number = DEFAULT_NODES,
): DeployedWebhook {
  const isDirect = override.delivery === "direct";
  if (webhook.runtime === "external")
    refuseFunctionFields(webhook, override, "its function is your own", FUNCTION_FIELDS);
  if (override.delivery === "firehose") refuseFirehose(webhook, override);
  // With direct delivery it bounds the function itself.
  const own = isDirect ? undefined : override.maxConcurrency;
  const changed = defineWebhook({
    ...webhook,
    events: webhook.events.filter((type) => !(override.leaveOut ?? []).includes(type)),
    ...changedShapes(webhook, { ...override, maxConcurrency: own }),
  });
  const plan = planOf(isDirect ? { ...changed, batch: { ...changed.batch, size: 1 } } : changed, nodes);
  refuseTooMuchConcurrency(changed, override, plan);
  const batch = { ...changed.batch, maxConcurrency: own ?? plan.concurrency };
  refuseTooFewReserved(
    `Webhook ${JSON.stringify(webhook.name)}`,
    isDirect || changed.replay === "refuse" ? [batch] : [batch, replayBatch(batch)],
    override.reservedConcurrency,
  );
  return {
    ...changed,
    batch,
    delivery: override.delivery ?? "queue",
    reservedConcurrency: isDirect ? override.maxConcurrency : override.reservedConcurrency,
    filterPolicy: override.filterPolicy,
    environment: override.environment ?? {},
    alarms: override.alarms ?? {},
  };
}

/** Fields that shape a function, which is not the stage's. */
const FUNCTION_FIELDS = [
  "delivery",
  "memoryMiB",
  "timeoutS",
  "maxConcurrency",
  "reservedConcurrency",
  "batchSize",
  "windowS",
  "environment",
] as const satisfies readonly (keyof WebhookOverride)[];

/** Fields of the function and the queue, which a webhook does not have if SNS writes to its stream itself. */
const WITHOUT_FUNCTION = [
  ...FUNCTION_FIELDS.filter((field) => field !== "delivery"),
  "queueRetentionDays",
] as const;

/** @throws {TypeError} for fields without effect, because they were set to have one. */
function refuseFunctionFields(
  { name }: Webhook,
  override: WebhookOverride,
  why: string,
  fields: readonly (keyof WebhookOverride)[],
): void {
  const set = fields.filter((field) => override[field] !== undefined);
  if (set.length > 0)
    throw new TypeError(
      `Webhook ${JSON.stringify(name)}: ${why}, so ${set.join(", ")} would have no effect. Remove ${set.length === 1 ? "it" : "them"}.`,
    );
}

/** @throws {TypeError} if SNS cannot write to a stream of the webhook. */
function refuseFirehose(webhook: Webhook, override: WebhookOverride): void {
  const { name } = webhook;
  if (streamsOf(webhook).length !== 1)
    throw new TypeError(
      `Webhook ${JSON.stringify(name)}: with delivery "firehose", SNS writes to the webhook's Firehose stream, and it has none. Use "queue" or "direct".`,
    );
  if (webhook.filtered || webhook.replay !== "refuse")
    throw new TypeError(
      `Webhook ${JSON.stringify(name)}: with delivery "firehose" it has no function, which filters its events or accepts replays. Use "queue".`,
    );
  refuseFunctionFields(webhook, override, 'with delivery "firehose" it has no function', WITHOUT_FUNCTION);
}

/** @throws {TypeError} if so many invocations would write more than a table takes: it would throttle them, and they would wait. */
function refuseTooMuchConcurrency(
  { name }: Webhook,
  { maxConcurrency = 0 }: WebhookOverride,
  plan: Plan,
): void {
  if (maxConcurrency <= plan.maxConcurrency || plan.boundBy === undefined) return;
  const { name: store, maxUnitsPerS } = plan.boundBy;
  throw new TypeError(
    `Webhook ${JSON.stringify(name)}: with maxConcurrency ${maxConcurrency} it would write more than ${store} takes (${maxUnitsPerS.toLocaleString("en-US")} units per second). Set it to at most ${plan.maxConcurrency}, or run several stages: see docs/scale.md.`,
  );
}
