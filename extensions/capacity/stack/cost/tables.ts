import type { EventType } from "@rainhooks/core/catalog";
import type { CostTable } from "@rainhooks/stack/part-costs";
import type { StackJson } from "@rainhooks/stack/stack-json";
import type { StackProgram } from "@rainhooks/stack/stack-program";
import { defineWebhook } from "@rainhooks/webhook/define";
import { triggeredBy, type Webhook } from "@rainhooks/webhook/define-function";
import { streamsOf } from "@rainhooks/webhook/resources";
import { PRICE } from "../../bill/prices.ts";
import { type DeliveryKind, webhookBill } from "../../bill/webhook-bill.ts";
import { partsTable } from "./parts-table.ts";
import { byItem, stageBills, total } from "./stage-bill.ts";
import { dollars, FLEET_HEADERS, FLEETS, fleetHeaders } from "./table.ts";

/** What a production stage costs a month, for some fleets. */
export interface StageTables {
  readonly byFunction: CostTable;
  /** By what is paid for. */
  readonly byItem: CostTable;
}

/**
 * Returns the monthly costs of a production stage without destinations, for fleets of some numbers of nodes.
 */
export function stageTables(
  fleets: readonly number[],
  { production, functionsOf, synthesize }: StackProgram,
  stack: StackJson = synthesize(production),
): StageTables {
  const functions = functionsOf(production);
  const bills = fleets.map((nodes) => stageBills({ functions, stack }, nodes));
  const names = [...(bills[0]?.keys() ?? [])];
  const items = bills.map(byItem);
  return {
    byFunction: {
      headers: fleetHeaders(fleets),
      rows: [
        ...names.map((name) => [name, ...bills.map((all) => dollars(total(all.get(name) ?? {})))]),
        ["total", ...items.map((bill) => dollars(total(bill)))],
      ],
    },
    byItem: {
      headers: fleetHeaders(fleets),
      rows: Object.keys(items[0] ?? {}).map((item) => [
        item,
        ...items.map((bill) => dollars(bill[item] ?? 0)),
      ]),
    },
  };
}

/**
 * Returns the monthly costs of a production stage for fleets of different sizes, of its parts, of ways to
 * bring messages to a webhook, and what extensions add.
 */
export function costTables(program: StackProgram): CostTable[] {
  const stack = program.synthesize(program.production);
  const { byFunction, byItem } = stageTables(FLEETS, program, stack);
  return [
    ...[byFunction, byItem, partsTable(program), deliveriesTable(program)],
    ...program.costs.flatMap(({ tables }) => tables?.(program.production, stack, PRICE) ?? []),
  ];
}

/** A webhook that gets an event of each node a day, and has no stores. */
const ofAlerts = webhookOf("alerts", ["rmaker.event.alert"]);
/** A webhook that gets every reading. */
const ofReadings = webhookOf("readings", ["rmaker.event.node_ts_data"]);

/** Returns what it costs to bring messages to a webhook in each way that it can have. */
function deliveriesTable({ shipped }: StackProgram): CostTable {
  const row = (name: string, webhook: Webhook, delivery: DeliveryKind) => [
    name,
    ...FLEETS.map((nodes) => dollars(total(webhookBill({ ...webhook, delivery }, nodes)))),
  ];
  return {
    headers: [`${FLEET_HEADERS[0]}, by delivery`, ...FLEET_HEADERS.slice(1)],
    rows: [
      ...triggeredBy(shipped, "topics")
        .filter((webhook) => streamsOf(webhook).length > 0)
        .flatMap((archive) => [
          row("archive: `queue`", archive, "queue"),
          row("archive: `firehose`", archive, "firehose"),
        ]),
      row("a webhook of alerts: `queue`", ofAlerts, "queue"),
      row("a webhook of alerts: `direct`", ofAlerts, "direct"),
      row("a webhook of readings: `queue`", ofReadings, "queue"),
      row("a webhook of readings: `direct`", ofReadings, "direct"),
    ],
  };
}

function webhookOf(name: string, events: readonly EventType[]): Webhook {
  return defineWebhook({ name, description: "An example.", events, filtered: false });
}
