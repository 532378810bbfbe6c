import type { EventType } from "@rainhooks/core";
import type { FunctionDefinition, Webhook } from "@rainhooks/webhook/define";
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

/** A function of a stage, and of a webhook how messages come to it. */
export type BilledFunction = FunctionDefinition & { readonly delivery?: DeliveryKind };

/**
 * Returns the monthly costs of the functions of a stage that have queues, by name: without destinations, nobody sends to those that are no webhooks. What a
 * stage has once is not in them.
 */
export function functionBills(functions: readonly BilledFunction[], nodes: number): Map<string, Bill> {
  const bills = functions.flatMap((one): [string, Bill][] => {
    if (one.trigger === "topics") return [[one.name, webhookBill(one, nodes)]];
    return one.trigger === "queue" ? [[one.name, idleBill()]] : [];
  });
  return new Map(bills);
}

/** Returns the sum of bills. */
export function billsTotal(bills: Iterable<Bill>): number {
  return [...bills].flatMap((bill) => Object.values(bill)).reduce((sum, dollars) => sum + dollars, 0);
}
