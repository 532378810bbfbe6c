import type { PartCosts } from "@rainhooks/stack/part-costs";
import { alarmDollars, alarmsIn, outputsIn, type StackJson } from "@rainhooks/stack/stack-json";
import { type Bill, pricedBill, type Usage } from "@rainhooks/stage/cost/usage";
import { roundsUsage } from "@rainhooks/stage/rounds/rounds-usage";
import { type FunctionDefinition, triggeredBy } from "@rainhooks/webhook/define-function";
import * as a from "../../bill/assumptions.ts";
import { idleBill, webhookBill } from "../../bill/webhook-bill.ts";

/** What a stage deploys, and what its parts cost. */
export interface BilledStage {
  readonly functions: readonly FunctionDefinition[];
  readonly stack: StackJson;
  readonly costs: ReadonlyMap<string, PartCosts>;
}

/**
 * Returns the dollars a month of what a stage has once: alarms, dashboard, rounds, and functions
 * without a queue of events.
 */
function sharedBill({ stack, functions, costs }: BilledStage, nodes: number): Bill<number> {
  const parts = new Set(functions.flatMap(({ part }) => part ?? []));
  const monthly = [...costs].flatMap(([part, { monthly = {} }]) =>
    parts.has(part) ? Object.entries(monthly) : [],
  );
  const { hourly } = outputsIn(stack).rounds ?? {};
  const hasApi = functions.some(({ trigger }) => trigger === "url");
  return {
    alarms: alarmDollars(alarmsIn(stack)),
    ...pricedBill({
      dashboard: { dashboardMonth: 1 },
      ...(hourly === undefined ? {} : { rounds: roundsUsage({ ...countsOf(functions), hourly }) }),
      ...Object.fromEntries(monthly.map(([line, usageOf]) => [line, usageOf(nodes)])),
      ...(hasApi ? { "query API": pagesUsage(nodes) } : {}),
    }),
  };
}

function countsOf(functions: readonly FunctionDefinition[]) {
  const webhooks = triggeredBy(functions, "topics").length;
  return { webhooks, queues: webhooks + triggeredBy(functions, "queue").length };
}

function pagesUsage(nodes: number): Usage {
  const pages = nodes * a.PAGES_PER_NODE;
  return {
    lambdaRequest: pages,
    lambdaGbS: (pages * a.PAGE_MS * 512) / 1000 / 1024,
    dynamoRead: pages * a.READS_PER_PAGE,
  };
}

/**
 * Returns the dollars a month of functions with a queue. Nobody sends to those that are no
 * webhooks.
 */
export function queuedBills(
  functions: readonly FunctionDefinition[],
  nodes: number,
): Map<string, Bill<number>> {
  const bills = functions.flatMap((one): [string, Bill][] => {
    if (one.trigger === "topics") return [[one.name, webhookBill(one, nodes)]];
    return one.trigger === "queue" ? [[one.name, idleBill()]] : [];
  });
  return new Map(bills.map(([name, bill]) => [name, pricedBill(bill)]));
}

/**
 * Returns the dollars a month of a stage without destinations: one bill per function with a queue,
 * and one for what it has once.
 */
export function stageBills(stage: BilledStage, nodes: number): Map<string, Bill<number>> {
  return queuedBills(stage.functions, nodes).set("once per stage", sharedBill(stage, nodes));
}

/** Returns the bills of functions by item, all of them together. */
export function byItem(bills: ReadonlyMap<string, Bill<number>>): Bill<number> {
  const sums = new Map<string, number>();
  for (const bill of bills.values())
    for (const [item, dollars] of Object.entries(bill))
      sums.set(item, (sums.get(item) ?? 0) + dollars);
  return Object.fromEntries(sums);
}
