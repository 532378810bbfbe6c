import { EVENT_TYPES } from "@rainhooks/core/catalog";
import type { StackConfig } from "@rainhooks/stack/config/config";
import type { CostTable } from "@rainhooks/stack/part-costs";
import { alarmsIn, type StackJson } from "@rainhooks/stack/stack-json";
import type { StackProgram } from "@rainhooks/stack/stack-program";
import { DAYS } from "../../bill/assumptions.ts";
import { PRICE } from "../../bill/prices.ts";
import { perDay } from "../../fleet.ts";
import { byItem, stageBills, total } from "./stage-bill.ts";
import { dollars, FLEETS, fleetHeaders } from "./table.ts";

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
    ...program.costs.flatMap(({ tables }) => tables?.(program.production, stack, PRICE) ?? []),
  ];
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
  const cost = (nodes: number) => total(byItem(stageBills({ functions, stack }, nodes)));
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
