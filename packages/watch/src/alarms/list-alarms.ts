import { chunk, collect, DAY_MS } from "@rainhooks/core";
import { isGroupId } from "../outage/groups.ts";
import { type Alarm, isOpen } from "./alarm.ts";
import { dayText } from "./alarm-item.ts";
import { alarmsAt, alarmsOfDay, readAlarmsOf, readAlarmsOfGroup } from "./alarm-store.ts";
import type { AlarmTable } from "./alarm-table.ts";
import { readOpenAlarms } from "./open-alarms.ts";

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
  /** How many there are, with those that are not listed, and of how many rules; absent if that is not known. */
  readonly total?: { readonly alarms: number; readonly rules: number };
}

function totalOf(alarms: readonly { readonly rule: string }[]) {
  return { alarms: alarms.length, rules: new Set(alarms.map(({ rule }) => rule)).size };
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
  const open = await readOpenAlarms(table, rule === undefined ? rules : [rule]);
  const keys = open.slice(0, limit).map(({ key }) => key);
  return {
    alarms: await collect(alarmsAt(table, keys)),
    more: open.length > limit,
    total: totalOf(open),
  };
}

/** Lists the alarms that were raised in `[fromMs, toMs)`, newest first, whatever became of them. */
export async function listAlarmsRaised(
  table: AlarmTable,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  { rule, limit }: AlarmsQuery,
): Promise<AlarmList> {
  const alarms: Alarm[] = [];
  for await (const alarm of alarmsOfDays(table, dayOf(fromMs), dayOf(toMs - 1))) {
    if (alarm.raisedMs < fromMs || alarm.raisedMs >= toMs) continue;
    if (rule !== undefined && alarm.rule !== rule) continue;
    if (alarms.length === limit) return { alarms, more: true };
    alarms.push(alarm);
  }
  return { alarms, more: false, total: totalOf(alarms) };
}

/** Days that are begun at the same time: one after the other, 500 days of a stage without alarms would take seconds. */
const DAYS_AT_ONCE = 8;

/** Yields the alarms of days, newest first. */
async function* alarmsOfDays(table: AlarmTable, firstMs: number, lastMs: number): AsyncGenerator<Alarm> {
  const days = Array.from({ length: (lastMs - firstMs) / DAY_MS + 1 }, (_, index) => lastMs - index * DAY_MS);
  for (const some of chunk(days, DAYS_AT_ONCE)) {
    const begun = some.map((dayMs) => {
      const list = alarmsOfDay(table, dayText(dayMs), true);
      const head = list.next();
      // An error of a day counts when its turn has come.
      head.catch(() => undefined);
      return { list, head };
    });
    for (const { list, head } of begun)
      for (let next = await head; next.done !== true; next = await list.next()) yield next.value;
  }
}

/** Lists the alarms of a node or a group of nodes, newest first: those that are open, or those that were raised in `[fromMs, toMs)`. */
export async function listAlarmsOf(
  table: AlarmTable,
  nodeId: string,
  which: "open" | { readonly fromMs: number; readonly toMs: number },
  { rule, limit }: AlarmsQuery,
): Promise<AlarmList> {
  const isWanted = (alarm: Alarm) =>
    which === "open" ? isOpen(alarm) : alarm.raisedMs >= which.fromMs && alarm.raisedMs < which.toMs;
  const stored = isGroupId(nodeId)
    ? [...(await readAlarmsOf(table, nodeId)), ...(await readAlarmsOfGroup(table, nodeId))]
    : await readAlarmsOf(table, nodeId);
  const found = stored
    .filter((alarm) => isWanted(alarm) && (rule === undefined || alarm.rule === rule))
    .toSorted((a, b) => b.raisedMs - a.raisedMs);
  return { alarms: found.slice(0, limit), more: found.length > limit, total: totalOf(found) };
}

function dayOf(atMs: number): number {
  return Math.floor(atMs / DAY_MS) * DAY_MS;
}
