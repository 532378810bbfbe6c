import { tableSlotsTable } from "@rainhooks/dynamodb/slots/slots-table";
import { filterRulesTable } from "@rainhooks/filter/filter-rules-table";
import { auditsTable } from "./audits-table.ts";
import { erasuresTable } from "./erasures-table.ts";
import { replaysTable } from "./replays-table.ts";

/** Tables that a local stage has, whatever functions it has. Of a deployed one, they follow its parts. */
export const STAGE_TABLES = [
  auditsTable,
  erasuresTable,
  filterRulesTable,
  replaysTable,
  tableSlotsTable,
] as const;
