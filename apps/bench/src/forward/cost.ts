import { attempts } from "@rainhooks/app-attempts/worker";
import { forward } from "@rainhooks/app-forward/webhook";
import { assumptions, PRICE } from "@rainhooks/capacity";
import { attemptMetrics } from "@rainhooks/forwarding/worker";
import { formatTable } from "@rainhooks/terminal";
import { embeddedMetrics, noMetrics, ownMetrics } from "@rainhooks/webhook/metrics";
import { estimateLambda } from "../memory/lambda-estimate.ts";
import type { ForwardFunction } from "./functions.ts";

/** What a function of forwarding takes for a batch, measured. */
export interface FunctionCost {
  readonly name: ForwardFunction;
  readonly size: number;
  readonly cpuMs: number;
  /** Time in which it only waited. */
  readonly waitMs: number;
  readonly batchMs: number;
  readonly peakMiB: number;
  /** Requests to services per event, by their names. */
  readonly calls: Readonly<Record<string, number>>;
}

/** Dollars for a million events, by what is paid. */
type ForwardBill = Readonly<Record<string, number>>;

const MILLION = 1_000_000;
const PER_CALL = 10;
/** Write units of an event: one in the table of copies, and in the log of attempts one with one more for the index. */
const COPY_UNITS = 1;
const LOG_UNITS = 2;
/** DynamoDB deletes an item after its time for nothing; until then it is stored. An attempt has 1 KB, with its index entry 1.5. */
const KEPT_BYTES = { copy: 300, attempt: 1500 };
const KEPT_MONTHS = { copy: 0.5, attempt: 1 };
const GB = 1e9;

/** Returns what a million events for one destination cost, if batches are full and each attempt succeeds. */
export function forwardBill(functions: readonly FunctionCost[], receiverMs: number): ForwardBill {
  const lambda = functions.reduce((sum, one) => sum + lambdaDollars(one, receiverMs), 0);
  // Its topic sends an event to SQS for nothing, but SQS bills it; then it is received and deleted, ten at once. The same for the attempt.
  const fanOut = 1 + 2 / PER_CALL;
  const attempt = 3 / PER_CALL;
  const writes = (COPY_UNITS + LOG_UNITS) * MILLION * PRICE.dynamoWrite;
  const kept =
    ((KEPT_BYTES.copy * KEPT_MONTHS.copy + KEPT_BYTES.attempt * KEPT_MONTHS.attempt) * MILLION) / GB;
  return {
    Lambda: lambda,
    "SQS, requests": (fanOut + attempt) * MILLION * PRICE.sqsRequest,
    "DynamoDB, copies and log of attempts": writes,
    "DynamoDB, stored until they expire": kept * PRICE.dynamoGbMonth,
    "CloudWatch, logs": logDollars(functions),
  };
}

function lambdaDollars({ name, size, cpuMs, waitMs }: FunctionCost, receiverMs: number): number {
  const { memoryMiB } = (name === "forward" ? forward : attempts).function;
  const waits = name === "forward" ? waitMs : waitMs + (receiverMs * size) / CONCURRENCY;
  const cost = { name, batchSize: size, fixedMs: cpuMs, recordCpuMs: 0, waitMs: waits, peakMiB: 0 };
  return estimateLambda(cost, memoryMiB).dollarsPerMillion;
}

/** Requests at once to a destination, unless it says otherwise. */
const CONCURRENCY = 10;

function logDollars(functions: readonly FunctionCost[]): number {
  const bytes = functions.reduce((sum, { name, size }) => {
    const ages = Array.from({ length: size }, () => 1234);
    const lines = embeddedMetrics({ Stage: "prod", Webhook: name }, noMetrics(), ages, 0).length;
    const figures = { delivered: size, failed: 0, paused: 0, oldestFailedS: 0 };
    const own = name === "forward" ? 0 : ownMetrics({ Stage: "prod" }, attemptMetrics(figures), 0).length;
    return sum + (lines + own + assumptions.PLATFORM_LOG_BYTES) / size;
  }, 0);
  return ((bytes * MILLION) / GB) * (PRICE.logGb + PRICE.logGbMonth);
}

const RECEIVER_MS = [10, 100, 1000];

/** Returns the table of what a million events cost. */
export function costTable(functions: readonly FunctionCost[]): string {
  const bills = RECEIVER_MS.map((ms) => forwardBill(functions, ms));
  const dollars = (amount: number) => amount.toFixed(2);
  const total = (bill: ForwardBill) => Object.values(bill).reduce((sum, one) => sum + one, 0);
  const rows = Object.keys(bills[0] ?? {}).map((item) => [
    item,
    ...bills.map((bill) => dollars(bill[item] ?? 0)),
  ]);
  return [
    "Dollars for a million events to one destination (us-east-1, full batches, each attempt succeeds), by the time in which the receiver responds",
    formatTable(
      ["", ...RECEIVER_MS.map((ms) => `${ms} ms`)],
      [...rows, ["total", ...bills.map((bill) => dollars(total(bill)))]],
    ),
  ].join("\n");
}
