import { EVENT_TYPES } from "@rainhooks/core/catalog";
import { nameOf, type StackConfig } from "@rainhooks/stack/config/config";
import type { PartCosts } from "@rainhooks/stack/part-costs";
import { alarmDollars, alarmsIn, type StackJson } from "@rainhooks/stack/stack-json";
import type { StackProgram } from "@rainhooks/stack/stack-program";
import { pricedBill, totalDollars } from "@rainhooks/stage/cost/usage";
import { DAYS } from "../../bill/assumptions.ts";
import { perDay } from "../../fleet.ts";
import { billsTable, type CostTable, dollars } from "./cost-table.ts";
import { byItem, queuedBills, stageBills } from "./stage-bill.ts";

/** The numbers of nodes for which costs are shown. */
const FLEETS = [1000, 100_000, 1_000_000];

function fleetHeaders(first: string, fleets: readonly number[]): string[] {
  return [first, ...fleets.map((nodes) => `${nodes.toLocaleString("en-US")} nodes`)];
}

/** What a production stage costs a month, for some fleets. */
export interface StageTables {
  readonly byFunction: CostTable;
  /** By what is paid for. */
  readonly byItem: CostTable;
}

/**
 * Returns the monthly costs of a production stage without destinations, for fleets of some numbers
 * of nodes.
 */
export function stageTables(
  fleets: readonly number[],
  { production, functionsOf, synthesize, costs }: StackProgram,
  stack: StackJson = synthesize(production),
): StageTables {
  const functions = functionsOf(production);
  const bills = fleets.map((nodes) => stageBills({ functions, stack, costs }, nodes));
  const totals = bills.map((all) =>
    Object.fromEntries([...all].map(([name, bill]) => [name, totalDollars(bill)])),
  );
  const headers = fleetHeaders("$ per month", fleets);
  return {
    byFunction: billsTable(headers, totals, true),
    byItem: billsTable(headers, bills.map(byItem), false),
  };
}

/**
 * Returns the monthly costs of a production stage for fleets of different sizes, of its parts, and
 * what extensions add.
 */
export function costTables(program: StackProgram): CostTable[] {
  const stack = program.synthesize(program.production);
  const { byFunction, byItem } = stageTables(FLEETS, program, stack);
  return [
    byFunction,
    byItem,
    partsTable(program),
    ...[...program.costs.values()].flatMap((costs) => ownTables(costs, program, stack)),
  ];
}

/** Returns the tables of an extension. */
function ownTables(
  { cases, millionEvents }: PartCosts,
  { production }: StackProgram,
  stack: StackJson,
): CostTable[] {
  const tables: CostTable[] = [];
  if (cases !== undefined) {
    const { about, functions, alarms } = cases;
    const alarmsOf = (names: readonly string[]) =>
      alarmsIn(stack).filter(({ alarm_name: alarm }) =>
        names.some((name) => String(alarm).startsWith(`${nameOf(production, name)}-`)),
      );
    const bills = FLEETS.map((nodes) =>
      Object.fromEntries([
        ...Object.entries(functions).map(([line, all]) => [
          line,
          totalDollars(byItem(queuedBills(all, nodes))),
        ]),
        ...Object.entries(alarms).map(([line, names]) => [line, alarmDollars(alarmsOf(names))]),
      ]),
    );
    tables.push(billsTable(fleetHeaders(`$ per month, ${about}`, FLEETS), bills, false));
  }
  if (millionEvents !== undefined) {
    const { bills, hasTotal } = millionEvents;
    const headers = ["$ per million events", ...Object.keys(bills)];
    tables.push(billsTable(headers, Object.values(bills).map(pricedBill), hasTotal));
  }
  return tables;
}

const NODES = 100_000;
const MILLION = 1_000_000;

/**
 * Returns what each part of a production stage is, with what it needs, and nothing else: resources,
 * alarms, and what it costs without and with events.
 */
function partsTable(program: StackProgram): CostTable {
  const { parts } = program;
  const stores = ["archive", "node-status", "time-series"];
  return {
    headers: ["part", "needs", "resources", "alarms", "$ per month, idle", "$ per million events"],
    rows: [
      ...parts.map((part) => row(program, part, [part, ...program.neededBy(part)])),
      row(program, "the three stores", stores),
      row(program, "all", parts),
    ],
  };
}

function row(program: StackProgram, name: string, parts: readonly string[]): string[] {
  const config = stageWith(program, parts);
  const stack = program.synthesize(config);
  const functions = program.functionsOf(config);
  const cost = (nodes: number) =>
    totalDollars(byItem(stageBills({ functions, stack, costs: program.costs }, nodes)));
  const events = (NODES * perDay(EVENT_TYPES) * DAYS) / MILLION;
  const needed = parts.length === 2 && parts[0] === name ? String(parts[1]) : "";
  return [
    name,
    needed,
    String(countResources(stack)),
    String(alarmsIn(stack).length),
    dollars(cost(0)),
    dollars((cost(NODES) - cost(0)) / events),
  ];
}

/** A stage that has only some parts, and no changes to functions of others. */
function stageWith({ production, shipped }: StackProgram, parts: readonly string[]): StackConfig {
  const changes = Object.entries(production.functions ?? {}).filter(([name]) => {
    const part = shipped.find((one) => one.name === name)?.part;
    return part !== undefined && parts.includes(part);
  });
  // A part alone is deployed, also if a new production stage leaves it out.
  const kept = changes.map(([name, { deployed, ...change }]) => [name, change]);
  return { ...production, parts, functions: Object.fromEntries(kept) };
}

function countResources(stack: StackJson): number {
  return Object.values(stack.resource).reduce((sum, all) => sum + Object.keys(all).length, 0);
}
