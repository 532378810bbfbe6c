import { alarmsIn, type ResourceJson, type StackJson } from "@rainhooks/stack/stack-json";
import type { FunctionDefinition } from "@rainhooks/webhook/define-function";
import * as a from "../../bill/assumptions.ts";
import { PRICE } from "../../bill/prices.ts";
import { type Bill, idleBill, webhookBill } from "../../bill/webhook-bill.ts";

/** What functions without a queue of events cost, by the parts to which they belong. */
const BY_PART: Readonly<Record<string, readonly [item: string, bill: (nodes: number) => number]>> =
  {
    samples: ["fleet samples", samplesBill],
    alarms: ["watch", watchBill],
    "query-api": ["query API", pagesBill],
  };

/**
 * Returns the monthly cost of what a stage has once: alarms, dashboard, and functions without a
 * queue of events.
 */
function sharedBill({ stack, functions }: BilledStage, nodes: number): Bill {
  const parts = new Set(functions.flatMap(({ part }) => part ?? []));
  const ofParts = Object.entries(BY_PART).filter(([part]) => parts.has(part));
  return {
    alarms: alarmsCost(stack),
    dashboard: PRICE.dashboardMonth,
    ...Object.fromEntries(ofParts.map(([, [item, bill]]) => [item, bill(nodes)])),
  };
}

function pagesBill(nodes: number): number {
  const pages = nodes * a.PAGES_PER_NODE;
  const gbS = (pages * a.PAGE_MS * 512) / 1000 / 1024;
  return (
    pages * (PRICE.lambdaRequest + a.READS_PER_PAGE * PRICE.dynamoRead) + gbS * PRICE.lambdaGbS
  );
}

/** Returns the monthly cost of the alarms of a stack, or of those whose name says so. */
export function alarmsCost(
  stack: StackJson,
  isCounted: (name: string) => boolean = () => true,
): number {
  return alarmsIn(stack)
    .filter(({ alarm_name: name }) => isCounted(String(name)))
    .reduce((sum, alarm) => sum + alarmCost(alarm), 0);
}

/**
 * Returns the monthly cost of an alarm: for each metric that it evaluates, or of a composite one.
 */
export function alarmCost({ alarm_rule: rule, metric_query: queries }: ResourceJson): number {
  if (rule !== undefined) return PRICE.compositeAlarmMonth;
  const metrics = Array.isArray(queries) ? queries.filter((query) => "metric" in query).length : 1;
  return metrics * PRICE.alarmMonth;
}

/** Three drops of each node a day, a tenth of which become alarms. */
function watchBill(nodes: number): number {
  const drops = nodes * a.DROPS_PER_DAY * a.DAYS;
  const evaluated = drops * a.EVALUATED_SHARE;
  const scanned = nodes * 24 * a.DAYS;
  const reads =
    a.SWEEPS * a.SWEEP_READS + scanned * a.SCAN_READS_PER_NODE + evaluated * a.EVALUATION_READS;
  const alarms = drops * a.ALARM_SHARE;
  const writes = a.SWEEPS * a.SWEEP_WRITES + alarms * (a.ALARM_WRITES + a.NODE_ROW_WRITES);
  const cpuMs = a.SWEEPS * a.SWEEP_MS + scanned * a.SCAN_MS_PER_NODE + evaluated * a.EVALUATION_MS;
  return (
    reads * PRICE.dynamoRead +
    writes * PRICE.dynamoWrite +
    a.SWEEPS * PRICE.lambdaRequest +
    (cpuMs / 1000) * PRICE.lambdaGbS
  );
}

function samplesBill(nodes: number): number {
  const fullSamples =
    a.SAMPLES / Math.min(a.FULL_SAMPLE_EVERY, Math.max(1, nodes / a.FULL_SAMPLE_NODES));
  const reads =
    a.SAMPLES * Math.max(a.MIN_SAMPLE_READS, nodes * a.SAMPLE_READS_PER_NODE) +
    fullSamples * Math.max(a.MIN_SAMPLE_READS, nodes * a.FULL_SAMPLE_READS_PER_NODE);
  const cpuMs = fullSamples * nodes * a.FULL_SAMPLE_MS_PER_NODE + a.SAMPLES * a.SAMPLE_MS;
  return (
    reads * PRICE.dynamoRead +
    a.SAMPLES * (a.SAMPLE_WRITES * PRICE.dynamoWrite + PRICE.lambdaRequest) +
    (cpuMs / 1000) * PRICE.lambdaGbS
  );
}

/** What a stage deploys. */
export interface BilledStage {
  readonly functions: readonly FunctionDefinition[];
  readonly stack: StackJson;
}

/**
 * The monthly cost of a stage without destinations: one bill per function with a queue, and one for
 * what it has once. Nobody sends to the functions with a queue that are no webhooks.
 */
export function stageBills(stage: BilledStage, nodes: number): Map<string, Bill> {
  const bills = stage.functions.flatMap((one): [string, Bill][] => {
    if (one.trigger === "topics") return [[one.name, webhookBill(one, nodes)]];
    return one.trigger === "queue" ? [[one.name, idleBill()]] : [];
  });
  return new Map(bills).set("once per stage", sharedBill(stage, nodes));
}

/** The sum of a bill. */
export function total(bill: Bill): number {
  return Object.values(bill).reduce((sum, dollars) => sum + dollars, 0);
}

/** The bills of a stage by item, all webhooks together. */
export function byItem(bills: ReadonlyMap<string, Bill>): Bill {
  const sums = new Map<string, number>();
  for (const bill of bills.values())
    for (const [item, dollars] of Object.entries(bill))
      sums.set(item, (sums.get(item) ?? 0) + dollars);
  return Object.fromEntries(sums);
}
