import { SHIPPED, WEBHOOKS } from "@rainhooks/app-webhook-list";
import type { StageConfig } from "../config/config.ts";
import { stageOf } from "../stages/stage-file.ts";
import { synthesize } from "../synthesize.ts";
import { byItem, stageBills, total } from "./stage-bill.ts";

const FLEETS = [1000, 100_000, 1_000_000];
const HEADERS = ["$ per month", "1,000 nodes", "100,000 nodes", "1,000,000 nodes"];

const OWN = WEBHOOKS.filter((webhook) => !SHIPPED.includes(webhook));

/** A production stage as `npm run new-stage` makes it, without webhooks of the clone's owner. */
const PRODUCTION = productionStage();

/** A table of costs: headers and rows. */
export interface CostTable {
  readonly headers: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Returns the monthly costs of a production stage for fleets of different sizes: by webhook, and by what is paid for. */
export function costTables(): { readonly byWebhook: CostTable; readonly byItem: CostTable } {
  const stack = synthesize(PRODUCTION).stack;
  const webhooks = SHIPPED.filter(({ name }) => PRODUCTION.webhooks?.[name]?.deployed !== false);
  const bills = FLEETS.map((nodes) => stageBills(webhooks, stack, nodes));
  const names = [...(bills[0]?.keys() ?? [])];
  const totals = bills.map((all) => [...all.values()].reduce((sum, bill) => sum + total(bill), 0));
  const items = bills.map(byItem);
  return {
    byWebhook: {
      headers: HEADERS,
      rows: [
        ...names.map((name) => [name, ...bills.map((all) => dollars(total(all.get(name) ?? {})))]),
        ["total", ...totals.map(dollars)],
      ],
    },
    byItem: {
      headers: HEADERS,
      rows: Object.keys(items[0] ?? {}).map((item) => [
        item,
        ...items.map((bill) => dollars(bill[item] ?? 0)),
      ]),
    },
  };
}

function dollars(amount: number): string {
  return amount < 10 ? amount.toFixed(2) : Math.round(amount).toLocaleString("en-US");
}

function productionStage(): StageConfig {
  const stage = stageOf({
    name: "prod",
    region: "us-east-1",
    account: "123456789012",
    production: true,
    stateBucket: "example-state",
    email: "ops@example.com",
  });
  const left = Object.fromEntries(OWN.map(({ name }) => [name, { deployed: false }]));
  return { ...stage, webhooks: { ...stage.webhooks, ...left } };
}
