import type { EventType } from "@rainhooks/core";
import type { Webhook, Worker } from "@rainhooks/webhook/define";
import { FREQUENT_EVENTS } from "../fleet.ts";
import { type Bill, type DeliveryKind, idleBill, webhookBill } from "./webhook-bill.ts";

/** Events that a production stage does not receive, by webhook: they cost money, also while no destination wants them. */
export const LEFT_OUT_IN_PRODUCTION: Readonly<Record<string, readonly EventType[]>> = {
  forward: FREQUENT_EVENTS,
};

/** Returns a webhook as `npm run new-stage` makes it for production. */
export function inProduction<Of extends Webhook>(webhook: Of): Of {
  const leftOut = LEFT_OUT_IN_PRODUCTION[webhook.name] ?? [];
  return { ...webhook, events: webhook.events.filter((type) => !leftOut.includes(type)) };
}

/** The functions of a stage. Without destinations, workers get no messages. */
export interface BilledFunctions {
  readonly webhooks: readonly (Webhook & { readonly delivery?: DeliveryKind })[];
  readonly workers: readonly Worker[];
}

/** Returns the monthly costs of the functions of a stage, by name. What a stage has once is not in them. */
export function functionBills({ webhooks, workers }: BilledFunctions, nodes: number): Map<string, Bill> {
  return new Map([
    ...webhooks.map((webhook) => [webhook.name, webhookBill(webhook, nodes)] as const),
    ...workers.map(({ name }) => [name, idleBill()] as const),
  ]);
}

/** Returns the sum of bills. */
export function billsTotal(bills: Iterable<Bill>): number {
  return [...bills].flatMap((bill) => Object.values(bill)).reduce((sum, dollars) => sum + dollars, 0);
}
