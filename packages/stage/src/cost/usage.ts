import type { QueuedFunction } from "@rainhooks/webhook/define-function";
import { invocationMs } from "@rainhooks/webhook/invocation-ms";
import { GB, PRICE } from "./prices.ts";

/** How much something takes of what AWS bills. */
export type Usage = Readonly<Partial<Record<keyof typeof PRICE, number>>>;

/** What something takes, or its dollars, by what they are for. */
export type Bill<Of = Usage> = Readonly<Record<string, Of>>;

/** Returns what a usage costs, in dollars. */
export function dollarsOf(usage: Usage): number {
  const amounts: Readonly<Record<string, number | undefined>> = usage;
  return Object.entries(PRICE).reduce(
    (sum, [name, price]) => sum + price * (amounts[name] ?? 0),
    0,
  );
}

/** Returns the dollars of each line of a bill. */
export function pricedBill(bill: Bill): Bill<number> {
  return Object.fromEntries(Object.entries(bill).map(([line, usage]) => [line, dollarsOf(usage)]));
}

/** Returns the sum of a bill. */
export function totalDollars(bill: Bill<number>): number {
  return Object.values(bill).reduce((sum, dollars) => sum + dollars, 0);
}

/** Returns what messages take in a queue: a request sends, receives or deletes ten of them. */
export function messagesUsage(messages: number): Usage {
  return { sqsRequest: (3 * messages) / 10 };
}

/** Times of a function whose definition has no load. */
const USUAL_LOAD = { batchMs: 10, recordMs: 1 };

/** Returns what invocations take, each with a number of records, without their logs. */
export function invocationsUsage(
  { function: { memoryMiB }, load = USUAL_LOAD }: Pick<QueuedFunction, "function" | "load">,
  invocations: number,
  records: number,
): Usage {
  const ms = invocationMs(load, records, memoryMiB);
  return { lambdaRequest: invocations, lambdaGbS: (invocations * ms * memoryMiB) / 1000 / 1024 };
}

/** START, END and REPORT, which Lambda logs for each invocation. */
const PLATFORM_LOG_BYTES = 320;

/** Returns what the logs of invocations take that write a number of bytes each. */
export function logsUsage(invocations: number, bytes: number): Usage {
  return { logGb: (invocations * (bytes + PLATFORM_LOG_BYTES)) / GB };
}

/** Returns what bytes take in tables, with point-in-time recovery. */
export function storedUsage(bytes: number, days = 30): Usage {
  const gbMonths = (bytes / GB) * (days / 30);
  return { dynamoGbMonth: gbMonths, dynamoBackupGbMonth: gbMonths };
}
