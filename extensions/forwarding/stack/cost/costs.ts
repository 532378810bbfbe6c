import type { PartCosts } from "@rainhooks/stack/part-costs";
import { count } from "../../../capacity/stack/cost/cells.ts";
import { byDestinationIndex } from "../../forwarding-tables.ts";
import { attempts } from "../../functions/attempts/workers.ts";
import { attemptLoad } from "../../worker/define.ts";
import { attemptsReport } from "./attempts-report.ts";
import { forwardTable, idleTable, outboxCosts } from "./tables.ts";

/** What forwarding costs, and what it takes. */
export const forwardingCosts: PartCosts = {
  tables: (production, stack) => [idleTable(production, stack), forwardTable(), outboxCosts()],
  fleet: (nodes) =>
    `${attemptsReport({ ...attempts, load: attemptLoad }, nodes)}\nThe log of attempts takes ${count(byDestinationIndex.shards * 1000)} a second of one destination, whatever its quotas.`,
};
