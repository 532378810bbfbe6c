import type { TableAccess } from "@rainhooks/dynamodb/read-all";
import { type StageAccess, tableOf } from "@rainhooks/stage/stage-access";
import { readWatchRules } from "../rules/rule-store.ts";
import { alarmsTable, watchRulesTable } from "../watch-tables.ts";

/** Returns the table with the alarm rules of a stage. */
export function ruleTableOf(stage: StageAccess): TableAccess {
  return { client: stage.clients.dynamodb, tableName: tableOf(stage, watchRulesTable.name) };
}

/** Returns the table with the alarms of a stage. */
export function alarmTableOf(stage: StageAccess): TableAccess {
  return { client: stage.clients.dynamodb, tableName: tableOf(stage, alarmsTable.name) };
}

/** Returns whether a stage has alarm rules, or had some. */
export async function hasWatchRules(stage: StageAccess): Promise<boolean> {
  if (stage.outputs.tables[watchRulesTable.name] === undefined) return false;
  return (await readWatchRules(ruleTableOf(stage))).rules.length > 0;
}
