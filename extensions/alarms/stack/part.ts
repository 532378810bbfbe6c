import type { PartCosts } from "@rainhooks/stack/part-costs";
import { arnMaker, statementsOf } from "@rainhooks/stack/policies/document";
import type { StackPart } from "@rainhooks/stack/stack-part";
import { EVALUATION_MS } from "../../capacity/bill/assumptions.ts";
import { count } from "../../capacity/stack/cost/table.ts";
import { MAX_FLEET_NODES, watchRulesTable } from "../watch-tables.ts";

/** Share of the nodes that a new rule finds offline. */
const FOUND_SHARE = 0.1;
/** Time in which a sweep evaluates nodes; there is one a minute. */
const SWEEP_MS = 45_000;

/** Returns how long the alarms take that a new rule finds in a fleet. */
function alarmsText(nodes: number): string {
  const found = Math.ceil(nodes * FOUND_SHARE);
  const perSweep = Math.floor(SWEEP_MS / EVALUATION_MS);
  return `Alarms: a new rule that finds a tenth of them (${count(found)}) tells of the first in its first sweep, and of the last in sweep ${count(Math.ceil(found / perSweep))}: one a minute, of ${count(perSweep)} nodes each.${
    nodes > MAX_FLEET_NODES
      ? ` Rules about outages are not evaluated: they take ${count(MAX_FLEET_NODES)} nodes at most.`
      : ""
  }`;
}

/** What alarms take. */
export const alarmCosts: PartCosts = { fleet: alarmsText };

/** What rebuilds a store marks its rows by the rules of alarms. */
export const alarmsPart: StackPart = {
  name: "alarms",
  costs: alarmCosts,
  tasks: [
    {
      name: "rebuild",
      isUsual: false,
      statements: (config) =>
        statementsOf([
          ["SeeAlarmRules", "dynamodb: Scan", [arnMaker(config).table(watchRulesTable.name)]],
        ]),
    },
  ],
};
