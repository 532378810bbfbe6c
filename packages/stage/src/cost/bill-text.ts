import type { StageAccess } from "../stage-access.ts";
import { type Bill, totalDollars } from "./usage.ts";

const CENT = 0.01;

/** Says what something costs in AWS: the sum of a bill in dollars, and its parts. */
export function billText(
  { local }: StageAccess,
  bill: Bill<number>,
  about: "about" | "at most" = "about",
): string {
  const total = totalDollars(bill);
  const where = local === undefined ? "" : " in AWS, nothing on this stage";
  if (total < CENT) return `less than $0.01${where}`;
  const parts = Object.entries(bill)
    .filter(([, dollars]) => dollars >= CENT)
    .map(([name, dollars]) => `${name} $${dollars.toFixed(2)}`);
  return `${about} $${total.toFixed(2)}${where} (${parts.join(", ")})`;
}
