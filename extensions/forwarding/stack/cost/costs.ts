import { nameOf, type StackConfig } from "@rainhooks/stack/config/config";
import type { CostTable, PartCosts } from "@rainhooks/stack/part-costs";
import type { StackJson } from "@rainhooks/stack/stack-json";
import type { FunctionOf } from "@rainhooks/webhook/define-function";
import * as a from "../../../capacity/bill/assumptions.ts";
import { GB, ITEM_OVERHEAD_BYTES, PRICE } from "../../../capacity/bill/prices.ts";
import {
  type Bill,
  idleBill,
  invocationsBill,
  webhookBill,
} from "../../../capacity/bill/webhook-bill.ts";
import { FREQUENT_EVENTS } from "../../../capacity/fleet.ts";
import { alarmsCost, total } from "../../../capacity/stack/cost/stage-bill.ts";
import { dollars, FLEET_HEADERS, FLEETS } from "../../../capacity/stack/cost/table.ts";
import { copiesTable, destinationsTable, outboxTable } from "../../forwarding-tables.ts";
import { attempts, retries } from "../../functions/attempts/workers.ts";
import { forward } from "../../functions/forward/webhook.ts";
import { DEFAULT_SCHEDULE } from "../../schedule/schedule.ts";

/** What forwarding costs. */
export const forwardingCosts: PartCosts = {
  tables: (production, stack) => [idleTable(production, stack), forwardTable()],
};

const MILLION = 1_000_000;

/** What the names of the alarms of forwarding begin with. */
const ALARMS = [forward, attempts, retries, destinationsTable, copiesTable, outboxTable].map(
  ({ name }) => name,
);

/** Returns the monthly cost of forwarding in a stage without destinations. */
function idleTable(config: StackConfig, stack: StackJson): CostTable {
  const workers = 2 * total(idleBill());
  const without = forward.events.filter((type) => !FREQUENT_EVENTS.includes(type));
  const alarms = alarmsCost(stack, (name) =>
    ALARMS.some((one) => name.startsWith(`${nameOf(config, one)}-`)),
  );
  const row = (name: string, events: typeof forward.events) => [
    name,
    ...FLEETS.map((nodes) => dollars(total(webhookBill({ ...forward, events }, nodes)) + workers)),
  ];
  return {
    headers: [`${FLEET_HEADERS[0]}, no destination`, ...FLEET_HEADERS.slice(1)],
    rows: [
      row("all events", forward.events),
      row("without the two frequent events", without),
      ["alarms of forwarding", ...FLEETS.map(() => dollars(alarms))],
    ],
  };
}

/** Returns what a million events to one destination cost, besides receiving them. */
function forwardTable(): CostTable {
  const [first = 0] = DEFAULT_SCHEDULE;
  const bills = [[], [first], DEFAULT_SCHEDULE].map((waitsS) =>
    forwardBill({ attempts, retries }, { events: MILLION, waitsS }),
  );
  const items = Object.keys(bills[0] ?? {});
  return {
    headers: [
      "$ per million events",
      "delivered at once",
      "by the second attempt",
      `never, after ${DEFAULT_SCHEDULE.length + 1}`,
    ],
    rows: [
      ...items.map((item) => [item, ...bills.map((bill) => dollars(bill[item] ?? 0))]),
      ["total", ...bills.map((bill) => dollars(total(bill)))],
    ],
  };
}

/**
 * Returns what it costs to forward events to one destination, besides receiving them: in full
 * batches, and kept as long as the defaults say.
 *
 * @param waitsS The waits before the second attempt and all further ones, seconds; none if the
 * first attempt is the last one.
 */
export function forwardBill(
  { attempts, retries }: Readonly<Record<"attempts" | "retries", FunctionOf<"queue">>>,
  { events, waitsS }: { readonly events: number; readonly waitsS: readonly number[] },
): Bill {
  const hops = waitsS.reduce((sum, waitS) => sum + Math.ceil(waitS / a.MAX_DELAY_S), 0);
  const made = 1 + waitsS.length;
  // A message that is only sent on takes no time of a receiver.
  const passing = { ...retries, load: retries.load && { ...retries.load, recordWaitMs: 0 } };
  const batches = (worker: FunctionOf<"queue">, messages: number) => messages / worker.batch.size;
  return {
    ...copiesBill(events),
    "attempts (queue)": requestsOf(events),
    "attempts (function)":
      invocationsBill(attempts, batches(attempts, events), attempts.batch.size) +
      logsOf(batches(attempts, events)),
    "retries (queue)": requestsOf(events * hops),
    "retries (function)":
      invocationsBill(retries, batches(retries, events * waitsS.length), retries.batch.size) +
      invocationsBill(
        passing,
        batches(retries, events * (hops - waitsS.length)),
        retries.batch.size,
      ) +
      logsOf(batches(retries, events * hops)),
    ...logBill(events * made),
    "claims of retries": events * waitsS.length * (PRICE.dynamoRead + PRICE.dynamoWrite),
  };
}

function copiesBill(events: number): Bill {
  return {
    "copies (writes)": events * PRICE.dynamoWrite,
    "copies (stored)": keptFor(a.COPY_DAYS, events * (a.COPY_BYTES + ITEM_OVERHEAD_BYTES)),
  };
}

function logBill(attempts: number): Bill {
  const bytes = a.ATTEMPT_BYTES + a.ATTEMPT_ENTRY_BYTES + 2 * ITEM_OVERHEAD_BYTES;
  return {
    "log of attempts (writes)": attempts * a.ATTEMPT_WRITES * PRICE.dynamoWrite,
    "log of attempts (stored)": keptFor(a.ATTEMPT_DAYS, attempts * bytes),
  };
}

/** One request sends, receives or deletes up to ten messages. */
function requestsOf(messages: number): number {
  return ((3 * messages) / 10) * PRICE.sqsRequest;
}

function logsOf(invocations: number): number {
  const bytes = invocations * (a.WORKER_LOG_BYTES + a.PLATFORM_LOG_BYTES);
  return (bytes / GB) * (PRICE.logGb + PRICE.logGbMonth);
}

function keptFor(days: number, bytes: number): number {
  return (bytes / GB) * (days / a.DAYS) * (PRICE.dynamoGbMonth + PRICE.dynamoBackupGbMonth);
}
