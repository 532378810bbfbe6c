import type { StageAccess } from "@rainhooks/stage/reached";
import type { SearchHit } from "@rainhooks/stage/routes/answers";
import { Hono } from "hono";
import { findAlarm } from "../alarms/alarm-store.ts";
import { alarmTableOf } from "../operations/tables.ts";
import { alarmsTable } from "../watch-tables.ts";
import { ruleKinds } from "./rule-kinds.ts";

/** Routes of alarms: what a form of a rule offers. */
export function routesOf(): Hono {
  return new Hono().get("/rules/kinds", (context) => context.json(ruleKinds()));
}

/** Returns the alarm with an id. One read. */
export async function lookUp(reached: StageAccess, id: string): Promise<readonly SearchHit[]> {
  if (reached.outputs.tables[alarmsTable.name] === undefined) return [];
  const found = await findAlarm(alarmTableOf(reached), id);
  if (found === undefined) return [];
  return [{ kind: "alarm", title: found.rule, note: found.nodeId, page: "alarms", id }];
}
