import { SHIPPED } from "@rainhooks/app-list";
import { EVENT_TYPES } from "@rainhooks/core/catalog";
import * as assumptions from "@rainhooks/extensions/capacity/bill/assumptions";
import { perDay } from "@rainhooks/extensions/capacity/fleet";
import { neededBy, partsOf } from "../check/parts.ts";
import type { StageConfig } from "../config.ts";
import { changedFunctions } from "../deployed.ts";
import { type StackJson, synthesize } from "../synthesize.ts";
import { alarmsIn, byItem, stageBills, total } from "./stage-bill.ts";
import { type CostTable, dollars } from "./table.ts";

const NODES = 100_000;
const MILLION = 1_000_000;

/**
 * Returns what each part of a production stage is, with what it needs, and nothing else: resources, alarms,
 * and what it costs without and with events.
 *
 * @param production A production stage with all parts.
 */
export function partsTable(production: StageConfig): CostTable {
  const parts = partsOf(SHIPPED);
  const stores = ["archive", "node-status", "time-series"];
  return {
    headers: ["part", "needs", "resources", "alarms", "$ per month, idle", "$ per million events"],
    rows: [
      ...parts.map((part) => row(production, part, withNeeded(part))),
      row(production, "the three stores", stores),
      row(production, "all", parts),
    ],
  };
}

function withNeeded(part: string): string[] {
  const own = SHIPPED.filter((one) => one.part === part);
  return [part, ...new Set(own.flatMap((one) => neededBy(one, SHIPPED)))];
}

function row(production: StageConfig, name: string, parts: readonly string[]): string[] {
  const config = stageWith(production, parts);
  const { stack } = synthesize(config);
  const functions = changedFunctions(config, SHIPPED);
  const cost = (nodes: number) => total(byItem(stageBills({ functions, stack }, nodes)));
  const events = (NODES * perDay(EVENT_TYPES) * assumptions.DAYS) / MILLION;
  const needed = parts.length === 2 && parts[0] === name ? String(parts[1]) : "";
  return [
    name,
    needed,
    String(count(stack)),
    String(alarmsIn(stack).length),
    dollars(cost(0)),
    dollars((cost(NODES) - cost(0)) / events),
  ];
}

/** A stage that has only some parts, and no changes to functions of others. */
function stageWith(production: StageConfig, parts: readonly string[]): StageConfig {
  const changes = Object.entries(production.functions ?? {}).filter(([name]) => {
    const part = SHIPPED.find((one) => one.name === name)?.part;
    return part !== undefined && parts.includes(part);
  });
  // A part alone is deployed, also if a new production stage leaves it out.
  const kept = changes.map(([name, { deployed, ...change }]) => [name, change]);
  return { ...production, parts, functions: Object.fromEntries(kept) };
}

function count(stack: StackJson): number {
  return Object.values(stack.resource).reduce((sum, all) => sum + Object.keys(all).length, 0);
}
