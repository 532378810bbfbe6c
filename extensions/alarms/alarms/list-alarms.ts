import { collect } from "@rainhooks/core/collections";
import { DAY_MS } from "@rainhooks/core/durations";
import type { Attributes } from "@rainhooks/dynamodb/key";
import type { TableAccess } from "@rainhooks/dynamodb/read-all";
import { isGroupId } from "../outage/hold.ts";
import { SEVERITIES } from "../rule/rule.ts";
import type { WatchRuleHistory } from "../rules/rule-store.ts";
import { byDayIndex } from "../watch-tables.ts";
import { type Alarm, isOpen, unhandledFromMs } from "./alarm.ts";
import { dayText, isOfRule } from "./alarm-item.ts";
import {
  alarmsAt,
  keysIn,
  readAlarmsOf,
  readAlarmsOfGroup,
  readOpenAlarms,
} from "./alarm-store.ts";

/** Which alarms to list. */
export interface AlarmsQuery {
  /** Only those of this rule. */
  readonly rule?: string | undefined;
  /** Maximum number of alarms. */
  readonly limit: number;
  /** When it is asked, epoch milliseconds. */
  readonly nowMs: number;
}

/** Some alarms, newest first, and whether there are more of them. */
export interface AlarmList {
  readonly alarms: readonly Alarm[];
  readonly more: boolean;
  /**
   * How many there are, with those that are not listed, and of which rules; absent if that is not
   * known.
   */
  readonly total?: { readonly alarms: number; readonly rules: readonly RuleTotal[] };
}

/** How many alarms a rule has, and how many of them nobody handles. */
type RuleTotal = Pick<Alarm, "rule" | "severity"> &
  Readonly<Record<"alarms" | "unhandled", number>>;

/** Counts alarms; their rules are in the order of their first ones. */
function totalOf(all: readonly Counted[], nowMs: number) {
  const rules = new Map<string, RuleTotal>();
  for (const { rule, severity, unhandledFromMs } of all) {
    const { alarms, unhandled } = rules.get(rule) ?? { alarms: 0, unhandled: 0 };
    const isUnhandled = Number(unhandledFromMs <= nowMs);
    rules.set(rule, { rule, severity, alarms: alarms + 1, unhandled: unhandled + isUnhandled });
  }
  return { alarms: all.length, rules: [...rules.values()] };
}

type Counted = Pick<Alarm, "rule" | "severity"> & { readonly unhandledFromMs: number };
const counted = (alarm: Alarm): Counted => ({ ...alarm, unhandledFromMs: unhandledFromMs(alarm) });

/**
 * Lists the open alarms of a stage, those that were raised last first; or the worst: those that
 * nobody handles, of these the most severe, by the severities that their rules have now, and of
 * these the last.
 */
export async function listOpenAlarms(
  table: TableAccess,
  rules: readonly WatchRuleHistory[],
  { rule, limit, nowMs, order }: AlarmsQuery & { readonly order: "newest" | "worst" },
): Promise<AlarmList> {
  const severities = new Map(rules.map(({ name, states }) => [name, states.at(-1)?.rule.severity]));
  const places = await readOpenAlarms(table, rule === undefined ? [...severities.keys()] : [rule]);
  const open = places.map((one) => ({
    ...one,
    severity: severities.get(one.rule) ?? ("low" as const),
  }));
  const rank = (one: Counted) =>
    Number(one.unhandledFromMs <= nowMs) * SEVERITIES.length + SEVERITIES.indexOf(one.severity);
  if (order === "worst") open.sort((a, b) => rank(b) - rank(a));
  const keys = open.slice(0, limit).map(({ key }) => key);
  return {
    alarms: await collect(alarmsAt(table, keys)),
    more: open.length > limit,
    total: totalOf(open, nowMs),
  };
}

/** A range of times, epoch milliseconds; its end is not part of it. */
interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Lists the alarms that were raised in a range, newest first, whatever became of them. Reads the
 * keys of alarms, about 150 bytes each, until there are enough of them, and only the alarms that it
 * returns.
 */
export async function listAlarmsRaised(
  table: TableAccess,
  range: TimeRange,
  { rule, limit, nowMs }: AlarmsQuery,
): Promise<AlarmList> {
  const keys: Attributes[] = [];
  for await (const key of keysRaised(table, range, limit)) {
    if (rule === undefined || isOfRule(key, rule)) keys.push(key);
    if (keys.length > limit) break;
  }
  const more = keys.length > limit;
  const alarms = await collect(alarmsAt(table, keys.slice(0, limit)));
  return more ? { alarms, more } : { alarms, more, total: totalOf(alarms.map(counted), nowMs) };
}

/** Yields the keys of alarms that were raised in a range, newest first. */
async function* keysRaised(
  table: TableAccess,
  { fromMs, toMs }: TimeRange,
  expected: number,
): AsyncGenerator<Attributes> {
  for (let dayMs = dayOf(toMs - 1); fromMs < toMs && dayMs >= dayOf(fromMs); dayMs -= DAY_MS) {
    const range = { key: dayText(dayMs), fromMs, toMs: toMs - 1, newestFirst: true, expected };
    yield* keysIn(table, byDayIndex, range);
  }
}

/**
 * Lists the alarms of a node or a group of nodes, newest first: those that are open, or those that
 * were raised in `[fromMs, toMs)`.
 */
export async function listAlarmsOf(
  table: TableAccess,
  nodeId: string,
  which: "open" | TimeRange,
  { rule, limit, nowMs }: AlarmsQuery,
): Promise<AlarmList> {
  const isWanted = (alarm: Alarm) =>
    which === "open"
      ? isOpen(alarm)
      : alarm.raisedMs >= which.fromMs && alarm.raisedMs < which.toMs;
  const stored = isGroupId(nodeId)
    ? [...(await readAlarmsOf(table, nodeId)), ...(await readAlarmsOfGroup(table, nodeId))]
    : await readAlarmsOf(table, nodeId);
  const found = stored
    .filter((alarm) => isWanted(alarm) && (rule === undefined || alarm.rule === rule))
    .toSorted((a, b) => b.raisedMs - a.raisedMs);
  const total = totalOf(found.map(counted), nowMs);
  return { alarms: found.slice(0, limit), more: found.length > limit, total };
}

function dayOf(atMs: number): number {
  return Math.floor(atMs / DAY_MS) * DAY_MS;
}
