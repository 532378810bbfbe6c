import { OTHERS, SHIPPED, WEBHOOKS } from "@rainhooks/app-webhook-list";
import type { StageConfig } from "../config/config.ts";
import { applyChanges, isDeployed } from "../function/deployed.ts";
import { stageOf } from "../stages/stage-file.ts";
import { synthesize } from "../synthesize.ts";
import { deliveriesTable } from "./deliveries-table.ts";
import { forwardTable, idleTable } from "./forward-tables.ts";
import { partsTable } from "./parts-table.ts";
import { byItem, stageBills, total } from "./stage-bill.ts";
import { type CostTable, dollars, FLEET_HEADERS, FLEETS } from "./table.ts";

const OWN = WEBHOOKS.filter((webhook) => !SHIPPED.includes(webhook));

/** A production stage as `npm run new-stage` makes it, without webhooks of the clone's owner. */
const PRODUCTION = productionStage();

/** The costs of a stage. */
export interface CostTables {
  readonly byWebhook: CostTable;
  /** By what is paid for. */
  readonly byItem: CostTable;
  /** What parts of a stage are. */
  readonly parts: CostTable;
  /** How messages can come to a webhook. */
  readonly deliveries: CostTable;
  /** Forwarding without a destination. */
  readonly idle: CostTable;
  /** Events to one destination. */
  readonly forwarding: CostTable;
}

/** Returns the monthly costs of a production stage for fleets of different sizes, and those of forwarding events. */
export function costTables(): CostTables {
  const stack = synthesize(PRODUCTION).stack;
  const functions = [...SHIPPED, ...OTHERS]
    .filter((one) => isDeployed(PRODUCTION, one))
    .map((one) => applyChanges(one, PRODUCTION.functions?.[one.name]));
  const bills = FLEETS.map((nodes) => stageBills({ functions, stack }, nodes));
  const names = [...(bills[0]?.keys() ?? [])];
  const totals = bills.map((all) => [...all.values()].reduce((sum, bill) => sum + total(bill), 0));
  const items = bills.map(byItem);
  return {
    byWebhook: {
      headers: FLEET_HEADERS,
      rows: [
        ...names.map((name) => [name, ...bills.map((all) => dollars(total(all.get(name) ?? {})))]),
        ["total", ...totals.map(dollars)],
      ],
    },
    byItem: {
      headers: FLEET_HEADERS,
      rows: Object.keys(items[0] ?? {}).map((item) => [
        item,
        ...items.map((bill) => dollars(bill[item] ?? 0)),
      ]),
    },
    parts: partsTable(PRODUCTION),
    deliveries: deliveriesTable(),
    idle: idleTable(PRODUCTION, stack),
    forwarding: forwardTable(),
  };
}

function productionStage(): StageConfig {
  const stage = stageOf({
    name: "prod",
    region: "us-east-1",
    account: "123456789012",
    production: true,
    stateBucket: "example-state",
    email: "ops@example.com",
    parts: "",
  });
  const left = Object.fromEntries(OWN.map(({ name }) => [name, { deployed: false }]));
  return { ...stage, functions: { ...stage.functions, ...left } };
}
