import type { FunctionDefinition, Webhook } from "@rainhooks/webhook/define";
import { type Bill, type DeliveryKind, idleBill, webhookBill } from "./webhook-bill.ts";

/** Returns a webhook with the events that it receives in a new production stage. */
export function inProduction<Of extends Webhook>(webhook: Of): Of {
  const leftOut = webhook.inProduction?.leaveOut ?? [];
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
