import { egressBill, PRICE } from "@rainhooks/capacity";
import { total } from "./stage-bill.ts";
import { type CostTable, dollars } from "./table.ts";

const ADDRESSES = [1, 2, 3];

/** Returns the monthly cost of fixed addresses to connect from. */
export function egressTable(): CostTable {
  const bills = ADDRESSES.map(egressBill);
  return {
    headers: ["$ per month, fixed addresses", "1", "2", "3"],
    rows: [
      ...Object.keys(bills[0] ?? {}).map((item) => [item, ...bills.map((bill) => dollars(bill[item] ?? 0))]),
      ["total", ...bills.map((bill) => dollars(total(bill)))],
      ["each GB through them", ...bills.map(() => PRICE.natGb.toFixed(3))],
    ],
  };
}
