import type { DeliveryRow } from "./deliveries.ts";

/** A webhook or a worker, and its queues. */
export interface FunctionAnswer {
  readonly name: string;
  /** Messages that wait or are being handled; absent without a queue. */
  readonly waiting?: number;
  readonly deadLetters: number;
  /** True if it leaves in its queue what comes. */
  readonly paused?: true;
}

/** What the page about webhooks shows. Extensions add fields. */
export interface WebhooksAnswer {
  readonly webhooks: readonly FunctionAnswer[];
}

/** What became of a delivery at each webhook. Extensions add fields. */
export interface DeliveryAnswer {
  readonly delivery: DeliveryRow;
  readonly webhooks: readonly { readonly webhook: string; readonly kind: string; readonly text: string }[];
}
