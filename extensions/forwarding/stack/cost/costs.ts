import type { StackConfig } from "@rainhooks/stack/config/config";
import { nameOf } from "@rainhooks/stack/config/config";
import type { CostTable, PartCosts } from "@rainhooks/stack/part-costs";
import type { StackJson } from "@rainhooks/stack/stack-json";
import { idleBill, webhookBill } from "../../../capacity/bill/webhook-bill.ts";
import { FREQUENT_EVENTS } from "../../../capacity/fleet.ts";
import { alarmsCost, total } from "../../../capacity/stack/cost/stage-bill.ts";
import { dollars, FLEET_HEADERS, FLEETS } from "../../../capacity/stack/cost/table.ts";
import { copiesTable, destinationsTable, outboxTable } from "../../forwarding-tables.ts";
import { attempts, retries } from "../../functions/attempts/workers.ts";
import { forward } from "../../functions/forward/webhook.ts";
import { DEFAULT_SCHEDULE } from "../../schedule/schedule.ts";
import { forwardBill } from "./bill.ts";

/** What forwarding costs. */
export const forwardingCosts: PartCosts = {
  tables: (production, stack) => [idleTable(production, stack), forwardTable()],
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
