import { DAY_MS } from "@rainhooks/core";
import { type Alarm, isOpen } from "./alarm.ts";
import { dayText } from "./alarm-item.ts";
import { alarmsOfDay, openAlarms, readAlarmsOf } from "./alarm-store.ts";
import type { AlarmTable } from "./alarm-table.ts";

/** Which alarms to list. */
export interface AlarmsQuery {
  /** Only those of this rule. */
  readonly rule?: string | undefined;
  /** Maximum number of alarms. */
  readonly limit: number;
}

/** Some alarms, newest first, and whether there are more of them. */
export interface AlarmList {
  readonly alarms: readonly Alarm[];
  readonly more: boolean;
}

/**
 * Lists the open alarms of a stage, those that were raised last first.
 *
 * @param rules The names of its rules.
 */
export async function listOpenAlarms(
  table: AlarmTable,
  rules: readonly string[],
  { rule, limit }: AlarmsQuery,
): Promise<AlarmList> {
  const found: Alarm[] = [];
  for (const name of rule === undefined ? rules : [rule])
    found.push(...(await first(openAlarms(table, name), limit + 1)));
  const inOrder = found.toSorted((a, b) => b.raisedMs - a.raisedMs);
  return { alarms: inOrder.slice(0, limit), more: inOrder.length > limit };
}

/** Lists the alarms that were raised in `[fromMs, toMs)`, newest first, whatever became of them. */
export async function listAlarmsRaised(
  table: AlarmTable,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  { rule, limit }: AlarmsQuery,
): Promise<AlarmList> {
  const alarms: Alarm[] = [];
  for (let dayMs = dayOf(toMs - 1); dayMs >= dayOf(fromMs); dayMs -= DAY_MS) {
    for await (const alarm of alarmsOfDay(table, dayText(dayMs), true)) {
      if (alarm.raisedMs < fromMs || alarm.raisedMs >= toMs) continue;
      if (rule !== undefined && alarm.rule !== rule) continue;
      if (alarms.length === limit) return { alarms, more: true };
      alarms.push(alarm);
    }
  }
  return { alarms, more: false };
}

/** Lists the alarms of a node, newest first: those that are open, or those that were raised in `[fromMs, toMs)`. */
export async function listAlarmsOf(
  table: AlarmTable,
  nodeId: string,
  which: "open" | { readonly fromMs: number; readonly toMs: number },
  { rule, limit }: AlarmsQuery,
): Promise<AlarmList> {
  const isWanted = (alarm: Alarm) =>
    which === "open" ? isOpen(alarm) : alarm.raisedMs >= which.fromMs && alarm.raisedMs < which.toMs;
  const found = (await readAlarmsOf(table, nodeId))
    .filter((alarm) => isWanted(alarm) && (rule === undefined || alarm.rule === rule))
    .toSorted((a, b) => b.raisedMs - a.raisedMs);
  return { alarms: found.slice(0, limit), more: found.length > limit };
}

function dayOf(atMs: number): number {
  return Math.floor(atMs / DAY_MS) * DAY_MS;
}

async function first<T>(all: AsyncGenerator<T>, count: number): Promise<T[]> {
  const found: T[] = [];
  for await (const one of all) {
    found.push(one);
    if (found.length === count) break;
  }
  return found;
}
