import type { EventType } from "@rainhooks/core";
import {
  type FunctionDefinition,
  type FunctionShape,
  type NumberSetting,
  nameMistake,
  type Resource,
} from "./define-function.ts";

export { type Api, defineApi } from "./define-api.ts";
export type {
  FunctionDefinition,
  FunctionShape,
  NumberSetting,
  Resource,
  StreamDescription,
} from "./define-function.ts";
export { deadLetterQueueName, deployedName, integrationName } from "./names.ts";

/** How deliveries reach the function: the event source mapping between queue and Lambda. */
export interface BatchShape {
  /** Records in an invocation at most (10,000 is the most Lambda allows). */
  readonly size: number;
  /** How long Lambda gathers a batch. Lambda wants at least 1 for a size over 10. */
  readonly windowS: number;
  /** Invocations at once at most; Lambda allows 2 to 1,000. */
  readonly maxConcurrency: number;
}

/** The queue of a webhook and its dead-letter queue. */
export interface QueueShape {
  /** How long a received record stays hidden. AWS asks for six times the function's timeout, and the window. */
  readonly visibilityTimeoutS: number;
  /**
   * Receives after which SQS moves a record to the dead-letter queue. SQS counts every receive, those during an outage of
   * a service too, so this is a last resort.
   */
  readonly maxReceives: number;
  /** Seconds until a record that failed is tried again: this long at first, twice as long each time, up to the second. */
  readonly retryFirstWaitS: number;
  readonly retryMaxWaitS: number;
  readonly retentionS: number;
  readonly deadLetterRetentionS: number;
}

/**
 * A webhook, said once: the Lambda handler, the infrastructure and the local stage all work from it. It holds data
 * only, so that infrastructure code can import it without the code of the function. Its name is also that of its queue.
 */
export interface Webhook<
  Resources extends Record<string, Resource> = Record<string, Resource>,
  Settings extends Record<string, NumberSetting> = Record<string, NumberSetting>,
> extends FunctionDefinition<Resources, Settings> {
  /** The events whose topics it subscribes. */
  readonly events: readonly EventType[];
  /** Whether it honours the filter rules; if so it reads the table of rules. */
  readonly filtered: boolean;
  readonly batch: BatchShape;
  readonly queue: QueueShape;
}

/** What {@link defineWebhook} needs to be told; the rest has defaults. */
export interface WebhookInput<
  Resources extends Record<string, Resource>,
  Settings extends Record<string, NumberSetting>,
> {
  readonly name: string;
  readonly description: string;
  readonly events: readonly EventType[];
  readonly filtered?: boolean;
  readonly resources?: Resources;
  readonly settings?: Settings;
  readonly function?: Partial<FunctionShape>;
  readonly batch?: Partial<BatchShape>;
  readonly queue?: Partial<QueueShape>;
}

const DAY_S = 86_400;
/** As long as SQS can hide a message. */
const MAX_VISIBILITY_S = 43_200;

/**
 * Defines a webhook. Defaults: filtered; 256 MiB and 30 s; batches of 100 gathered for up to 2 s, 10 at once; records
 * kept for 14 days, and moved to the dead-letter queue without a reason after 400 receives, which the growing waits
 * between them make four days: what no retry can help goes there at once, with its reason.
 *
 * @example
 * export const hello = defineWebhook({
 *   name: "hello",
 *   description: "Logs every event.",
 *   events: ["rmaker.event.node_connected"],
 * });
 *
 * @throws {TypeError} for a definition that AWS would refuse.
 */
export function defineWebhook<
  const Resources extends Record<string, Resource> = Record<string, never>,
  const Settings extends Record<string, NumberSetting> = Record<string, never>,
>(input: WebhookInput<Resources, Settings>): Webhook<Resources, Settings> {
  const shape: FunctionShape = { memoryMiB: 256, timeoutS: 30, ...input.function };
  const batch: BatchShape = { size: 100, windowS: 2, maxConcurrency: 10, ...input.batch };
  const webhook: Webhook<Resources, Settings> = {
    name: input.name,
    description: input.description,
    events: [...new Set(input.events)],
    filtered: input.filtered ?? true,
    resources: input.resources ?? ({} as Resources),
    settings: input.settings ?? ({} as Settings),
    function: shape,
    batch,
    queue: {
      visibilityTimeoutS: hiddenLongEnoughS(shape, batch),
      maxReceives: 400,
      retryFirstWaitS: 30,
      retryMaxWaitS: 900,
      retentionS: 14 * DAY_S,
      deadLetterRetentionS: 14 * DAY_S,
      ...input.queue,
    },
  };
  const mistake = mistakeIn(webhook);
  if (mistake !== undefined) throw new TypeError(`Webhook ${JSON.stringify(input.name)}: ${mistake}.`);
  return webhook;
}

/** A record is hidden from the moment it is received, so the time in which a batch is gathered counts too. */
function hiddenLongEnoughS({ timeoutS }: FunctionShape, { windowS }: BatchShape): number {
  return 6 * timeoutS + windowS;
}

function mistakeIn({ name, events, batch, queue, function: shape }: Webhook): string | undefined {
  const misnamed = nameMistake({ name });
  if (misnamed !== undefined) return misnamed;
  if (events.length === 0) return "it wants no events";
  if (batch.size < 1 || batch.size > 10_000) return "batch.size must be 1 to 10,000";
  if (batch.size > 10 && batch.windowS < 1) return "a batch.size over 10 needs a batch.windowS of at least 1";
  if (batch.maxConcurrency < 2 || batch.maxConcurrency > 1000)
    return "batch.maxConcurrency must be 2 to 1,000";
  if (queue.visibilityTimeoutS < hiddenLongEnoughS(shape, batch)) {
    return "queue.visibilityTimeoutS must be at least six times function.timeoutS, and batch.windowS";
  }
  const { retryFirstWaitS, retryMaxWaitS } = queue;
  if (!(retryFirstWaitS >= 1 && retryMaxWaitS >= retryFirstWaitS && retryMaxWaitS <= MAX_VISIBILITY_S)) {
    return `queue.retryFirstWaitS and queue.retryMaxWaitS must be 1 to ${MAX_VISIBILITY_S}, the first not more than the second`;
  }
  return undefined;
}
