import { EVENT_TYPES } from "@rainhooks/core/catalog";
import type { StackConfig } from "@rainhooks/stack/config/config";
import { nameOf } from "@rainhooks/stack/config/config";
import type { CostTable, PartCosts } from "@rainhooks/stack/part-costs";
import type { StackJson } from "@rainhooks/stack/stack-json";
import { formatTable } from "@rainhooks/stage/terminal/format-table";
import type { FunctionOf } from "@rainhooks/webhook/define-function";
import type { Load } from "@rainhooks/webhook/load";
import { idleBill, webhookBill } from "../../../capacity/bill/webhook-bill.ts";
import { FREQUENT_EVENTS } from "../../../capacity/fleet.ts";
import { workerLoad } from "../../../capacity/load.ts";
import { count, loadCells, loadHeaders } from "../../../capacity/stack/cost/cells.ts";
import { alarmsCost, total } from "../../../capacity/stack/cost/stage-bill.ts";
import { dollars, FLEET_HEADERS, FLEETS } from "../../../capacity/stack/cost/table.ts";
import { byDestinationIndex, copiesTable, destinationsTable, outboxTable } from "../../forwarding-tables.ts";
import { attempts, retries } from "../../functions/attempts/workers.ts";
import { forward } from "../../functions/forward/webhook.ts";
import { DEFAULT_SCHEDULE } from "../../schedule/schedule.ts";
import { attemptLoad } from "../../worker/define.ts";
import { forwardBill, OUTBOX_KINDS, outboxBill } from "./bill.ts";

/** What forwarding costs, and what it takes. */
export const forwardingCosts: PartCosts = {
  tables: (production, stack) => [idleTable(production, stack), forwardTable(), outboxCosts()],
  fleet: (nodes) =>
    `${attemptsReport({ ...attempts, load: attemptLoad }, nodes)}\nThe log of attempts takes ${count(byDestinationIndex.shards * 1000)} a second of one destination, whatever its quotas.`,
};

const MILLION = 1_000_000;

/** What the names of the alarms of forwarding begin with. */
const ALARMS = [
  forward.name,
  attempts.name,
  retries.name,
  destinationsTable.name,
  copiesTable.name,
  outboxTable.name,
];

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
 * Returns what a million events to one destination cost that are delivered at once, by how they are sent;
 * besides receiving them.
 */
function outboxCosts(): CostTable {
  const direct = forwardBill({ attempts, retries }, { events: MILLION, waitsS: [] });
  const bills = OUTBOX_KINDS.map((kind) => outboxBill({ retries }, kind, MILLION));
  const all = [direct, ...bills];
  const items = [...new Set(all.flatMap((bill) => Object.keys(bill)))];
  const withoutCopies = all.map(
    (bill) => total(bill) - (bill["copies (writes)"] ?? 0) - (bill["copies (stored)"] ?? 0),
  );
  return {
    headers: ["$ per million events, delivered at once", "each by itself", ...OUTBOX_KINDS],
    rows: [
      ...items.map((item) => [item, ...all.map((bill) => dollars(bill[item] ?? 0))]),
      ["total", ...all.map((bill) => dollars(total(bill)))],
      ["total with `--each-copy`", ...withoutCopies.map(dollars)],
    ],
  };
}

type LoadedWorker = FunctionOf<"queue"> & { readonly load: Load };

const HEADER = ["destination wants", "evening/s", "needs at once", ...loadHeaders("sent")];

/** Returns how fast the events of a fleet are sent to one destination. */
function attemptsReport(worker: LoadedWorker, nodes: number): string {
  const rare = EVENT_TYPES.filter((type) => !FREQUENT_EVENTS.includes(type));
  const rows = [
    { wanted: "all events", events: EVENT_TYPES },
    { wanted: "all but the two frequent ones", events: rare },
    { wanted: "alerts", events: ["rmaker.event.alert"] as const },
  ].map(({ wanted, events }) => {
    const load = workerLoad(worker, events, nodes);
    return [wanted, count(load.eveningPerS), load.neededConcurrency, ...loadCells(load)];
  });
  return [
    `To one destination that responds in 100 ms, from ${count(nodes)} nodes, ${worker.batch.maxConcurrency} invocations of ${worker.name} at once (functions.${worker.name}.maxConcurrency):`,
    formatTable(HEADER, rows),
  ].join("\n");
}
