import type { PartCosts } from "@rainhooks/stack/part-costs";
import { count } from "../../../capacity/stack/cost/cells.ts";
import { MAX_FLEET_NODES } from "../../table-use.ts";
import { alarmCapacity } from "./sweeps.ts";

/** Share of the nodes that a new rule finds offline. */
const FOUND_SHARE = 0.1;

/** Returns how long the alarms take that a new rule finds in a fleet. */
function alarmsText(nodes: number): string {
  const found = Math.ceil(nodes * FOUND_SHARE);
  const { perSweep, sweeps } = alarmCapacity(found);
  return `Alarms: a new rule that finds a tenth of them (${count(found)}) tells of the first in its first sweep, and of the last in sweep ${count(sweeps)}: one a minute, of ${count(perSweep)} nodes each.${
    nodes > MAX_FLEET_NODES
      ? ` Rules about outages are not evaluated: they take ${count(MAX_FLEET_NODES)} nodes at most.`
      : ""
  }`;
}

/** What alarms take. */
export const alarmCosts: PartCosts = { fleet: alarmsText };
