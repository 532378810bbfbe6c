import { expect, it } from "@jest/globals";
import { egressBill } from "./egress-bill.ts";

it("fixed addresses cost their hours of a month, whether anything goes through them or not", () => {
  expect(egressBill(1)["NAT gateways"]).toBeCloseTo(720 * 0.045);
  expect(egressBill(2)["public addresses"]).toBeCloseTo(2 * 720 * 0.005);
});
