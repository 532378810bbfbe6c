import type { SearchHit } from "@rainhooks/stage/routes/responses";
import type { StageAccess } from "@rainhooks/stage/stage-access";
import { Hono } from "hono";
import { findAlarm } from "../alarms/alarm-store.ts";
import { alarmTableOf } from "../operations/tables.ts";
import { RULE_KINDS, type RuleKind } from "../rule/rule.ts";
import { fieldsOfKind } from "../rule/rule-params.ts";
import { alarmsTable } from "../watch-tables.ts";

/** Routes of alarms: what a form of a rule offers. */
export function routesOf(): Hono {
  return new Hono().get("/rules/kinds", (context) => context.json(ruleKinds()));
}

/** Returns the alarm with an id. One read. */
export async function lookUp(access: StageAccess, id: string): Promise<readonly SearchHit[]> {
  if (access.outputs.tables[alarmsTable.name] === undefined) return [];
  const found = await findAlarm(alarmTableOf(access), id);
  if (found === undefined) return [];
  return [{ kind: "alarm", title: found.rule, note: found.nodeId, page: "alarms", id }];
}

/**
 * A rule of each kind, to begin with. It has no name: one that a rule has would replace that rule.
 */
const EXAMPLES: Readonly<Record<RuleKind, object>> = {
  offline: { kind: "offline", for: "10m", severity: "medium" },
  silent: { kind: "silent", for: "1d", severity: "low" },
  flapping: { kind: "flapping", count: 5, window: "10m" },
  threshold: {
    kind: "threshold",
    series: "Temperature Sensor.Temperature",
    above: 30,
    hysteresis: 1,
    for: "5m",
  },
  rate: { kind: "rate", series: "Tank.Level", change: 5, direction: "down", window: "10m" },
  outage: { kind: "outage", by: "tag", share: 0.5, count: 10, severity: "critical" },
};

/** A kind of rules, for a form. */
export type RuleKindResult = ReturnType<typeof ruleKinds>[number];

/** Returns the kinds of rules; the example of each is a rule without a name, to begin with. */
export function ruleKinds() {
  return RULE_KINDS.map((kind) => ({ kind, fields: fieldsOfKind(kind), example: EXAMPLES[kind] }));
}
