import { DAYS } from "./assumptions.ts";
import { PRICE } from "./prices.ts";
import type { Bill } from "./webhook-bill.ts";

const HOURS = 24 * DAYS;

/** Returns what fixed addresses cost a month, each with a NAT gateway of its own. What goes through them costs `PRICE.natGb` besides. */
export function egressBill(addresses: number): Bill {
  return {
    "NAT gateways": addresses * HOURS * PRICE.natHour,
    "public addresses": addresses * HOURS * PRICE.addressHour,
  };
}
