import { expect, it } from "@jest/globals";
import { PRICE } from "./prices.ts";
import {
  dollarsOf,
  invocationsUsage,
  logsUsage,
  pricedBill,
  storedUsage,
  totalDollars,
} from "./usage.ts";

it("a usage costs the sum of its amounts times their prices", () => {
  expect(dollarsOf({})).toBe(0);
  for (const [name, price] of Object.entries(PRICE))
    expect(dollarsOf({ [name]: 2 })).toBe(2 * price);
  expect(dollarsOf({ dynamoWrite: 1e6, dynamoRead: 1e6 })).toBeCloseTo(0.75);
});

it("a bill has the dollars of each line, and their sum", () => {
  const bill = pricedBill({ queue: { sqsRequest: 1e6 }, nothing: {} });
  expect(bill).toEqual({ queue: expect.closeTo(0.4), nothing: 0 });
  expect(totalDollars(bill)).toBeCloseTo(0.4);
});

it("an invocation takes its time with its memory, and Lambda's three lines of log", () => {
  const load = { batchMs: 10, recordMs: 1 };
  const usage = invocationsUsage({ function: { memoryMiB: 512, timeoutS: 30 }, load }, 1000, 40);
  // Half of the memory with which a load is measured takes twice the time.
  expect(usage).toEqual({ lambdaRequest: 1000, lambdaGbS: expect.closeTo(50) });
  expect(logsUsage(1e6, 680)).toEqual({ logGb: 1 });
});

it("bytes in tables are billed by their share of a month, with point-in-time recovery", () => {
  expect(storedUsage(4e9, 15)).toEqual({ dynamoGbMonth: 2, dynamoBackupGbMonth: 2 });
});
