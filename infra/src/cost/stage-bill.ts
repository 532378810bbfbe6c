import { assumptions as a, type Bill, PRICE, webhookBill } from "@rainhooks/capacity";
import type { Webhook } from "@rainhooks/webhook/define";
import { resources, type StackJson } from "../synthesize.ts";

/** Returns the monthly cost of what a stage has once: alarms, dashboard, query API. */
function sharedBill(stack: StackJson, nodes: number): Bill {
  const pages = nodes * a.PAGES_PER_NODE;
  const gbS = (pages * a.PAGE_MS * 512) / 1000 / 1024;
  return {
    alarms: resources(stack, "aws_cloudwatch_metric_alarm").length * PRICE.alarmMonth,
    dashboard: PRICE.dashboardMonth,
    "fleet samples": samplesBill(nodes),
    "query API": pages * (PRICE.lambdaRequest + a.READS_PER_PAGE * PRICE.dynamoRead) + gbS * PRICE.lambdaGbS,
  };
}

function samplesBill(nodes: number): number {
  const reads =
    a.SAMPLES * Math.max(a.MIN_SAMPLE_READS, nodes * a.SAMPLE_READS_PER_NODE) +
    a.FULL_SAMPLES * Math.max(a.MIN_SAMPLE_READS, nodes * a.FULL_SAMPLE_READS_PER_NODE);
  const cpuMs = a.FULL_SAMPLES * nodes * a.FULL_SAMPLE_MS_PER_NODE + a.SAMPLES * a.SAMPLE_MS;
  return (
    reads * PRICE.dynamoRead +
    a.SAMPLES * (a.SAMPLE_WRITES * PRICE.dynamoWrite + PRICE.lambdaRequest) +
    (cpuMs / 1000) * PRICE.lambdaGbS
  );
}

/** The monthly cost of a stage: one bill per webhook, and one for what it has once. */
export function stageBills(webhooks: readonly Webhook[], stack: StackJson, nodes: number): Map<string, Bill> {
  return new Map([
    ...webhooks.map((webhook) => [webhook.name, webhookBill(webhook, nodes)] as const),
    ["once per stage", sharedBill(stack, nodes)],
  ]);
}

/** The sum of a bill. */
export function total(bill: Bill): number {
  return Object.values(bill).reduce((sum, dollars) => sum + dollars, 0);
}

/** The bills of a stage by item, all webhooks together. */
export function byItem(bills: ReadonlyMap<string, Bill>): Bill {
  const sums = new Map<string, number>();
  for (const bill of bills.values())
    for (const [item, dollars] of Object.entries(bill)) sums.set(item, (sums.get(item) ?? 0) + dollars);
  return Object.fromEntries(sums);
}
