import { mapLimited } from "@rainhooks/core/collections";
import { RainhooksError } from "@rainhooks/core/errors";
import type { TableAccess } from "@rainhooks/dynamodb/read-all";
import { readWatchRules, type WatchRuleHistory, type WatchRuleState } from "../rules/rule-store.ts";
import type { Alarm } from "./alarm.ts";
import { alarmKey } from "./alarm-item.ts";
import { findAlarm, type OpenAlarm, readAlarm, readOpenAlarms } from "./alarm-store.ts";

/** The tables in which alarms are looked for. */
export interface AlarmTables {
  readonly alarms: TableAccess;
  readonly rules: TableAccess;
}

/**
 * Which alarms: by their ids, or starts of the ids of open ones; or the open ones, of a rule or a node if one
 * is named.
 */
export type AlarmSelection =
  | { readonly ids: readonly string[] }
  | { readonly rule?: string | undefined; readonly nodeId?: string | undefined };

/** An alarm that was selected. */
export type SelectedAlarm = Pick<OpenAlarm, "alarmId" | "rule" | "nodeId" | "key">;

/** The alarms that a change would be made to. */
export interface AlarmPlan {
  readonly alarms: readonly SelectedAlarm[];
  /** How many of them are of which rule; the rule with the most first. */
  readonly byRule: readonly { readonly rule: string; readonly count: number }[];
}

/** Minimum length of the start of an id. */
const MIN_ID_START = 6;
const MAX_CANDIDATES = 5;
const READS_AT_ONCE = 16;

/**
 * Finds the alarms of a selection. It changes nothing.
 *
 * @throws {RainhooksError} `not-found` for an id that no alarm has and for an unknown rule, `input-invalid`
 * for the start of several ids; the message names the first alarms.
 */
export async function planAlarmChange(tables: AlarmTables, selection: AlarmSelection): Promise<AlarmPlan> {
  const alarms = "ids" in selection ? await byIds(tables, selection.ids) : await openOnes(tables, selection);
  const byRule = [...Map.groupBy(alarms, ({ rule }) => rule)]
    .map(([rule, some]) => ({ rule, count: some.length }))
    .toSorted((a, b) => b.count - a.count || (a.rule < b.rule ? -1 : 1));
  return { alarms, byRule };
}

async function openOnes(
  { alarms, rules }: AlarmTables,
  { rule, nodeId }: { readonly rule?: string | undefined; readonly nodeId?: string | undefined },
): Promise<SelectedAlarm[]> {
  const names = rule === undefined ? await ruleNames(rules) : [(await requireRule(rules, rule)).name];
  const open = await readOpenAlarms(alarms, names);
  return nodeId === undefined ? open : open.filter((alarm) => alarm.nodeId === nodeId);
}

async function ruleNames(table: TableAccess): Promise<string[]> {
  return (await readWatchRules(table)).rules.map(({ name }) => name);
}

async function byIds(tables: AlarmTables, ids: readonly string[]): Promise<SelectedAlarm[]> {
  const found = new Map<string, SelectedAlarm>();
  let open: Promise<OpenAlarm[]> | undefined;
  const readOpen = () =>
    (open ??= ruleNames(tables.rules).then((names) => readOpenAlarms(tables.alarms, names)));
  const each = await mapLimited([...new Set(ids)], READS_AT_ONCE, async (id) => {
    const alarm = await findAlarm(tables.alarms, id);
    return alarm === undefined ? byStart(id, readOpen) : selected(alarm);
  });
  for (const one of each) found.set(one.alarmId, one);
  return [...found.values()];
}

function selected(alarm: Alarm): SelectedAlarm {
  const { alarmId, rule, nodeId } = alarm;
  return { alarmId, rule, nodeId, key: alarmKey(alarm) };
}

async function byStart(start: string, readOpen: () => Promise<readonly OpenAlarm[]>): Promise<SelectedAlarm> {
  if (start.length < MIN_ID_START)
    throw notFound(`${start}. The start of an id needs at least ${MIN_ID_START} characters`);
  const [first, ...others] = (await readOpen()).filter(({ alarmId }) => alarmId.startsWith(start));
  if (first === undefined) throw notFound(start);
  if (others.length === 0) return first;
  const shown = [first, ...others]
    .slice(0, MAX_CANDIDATES)
    .map(({ alarmId, rule, nodeId }) => `${alarmId} (${rule} of ${nodeId})`);
  throw new RainhooksError(
    "input-invalid",
    `${others.length + 1} open alarms have ids that begin with ${start}: ${shown.join(", ")}${others.length >= MAX_CANDIDATES ? ", …" : ""}. Use more characters.`,
    { permanent: true },
  );
}

function notFound(what: string): RainhooksError {
  return new RainhooksError("not-found", `There is no alarm ${what}.`, { permanent: true });
}

/**
 * Returns the alarm with an id, or the open one whose id begins so.
 *
 * @throws {RainhooksError} `not-found` if there is none, `input-invalid` if several open ones begin so.
 */
export async function requireAlarm(tables: AlarmTables, id: string): Promise<Alarm> {
  const [found] = await byIds(tables, [id]);
  const alarm = found === undefined ? undefined : await readAlarm(tables.alarms, found.key);
  if (alarm !== undefined) return alarm;
  throw notFound(id);
}

/**
 * Returns a rule as it is now, with its changes.
 *
 * @throws {RainhooksError} `not-found` if there is none, or it was removed; the message names those that
 * there are.
 */
export async function requireRule(
  table: TableAccess,
  name: string,
): Promise<WatchRuleHistory & { readonly last: WatchRuleState }> {
  const { rules } = await readWatchRules(table);
  const present = rules.flatMap((rule) => {
    const last = rule.states.at(-1);
    return last === undefined || last.status === "removed" ? [] : [{ ...rule, last }];
  });
  const rule = present.find((one) => one.name === name);
  if (rule !== undefined) return rule;
  const known = present.map((one) => one.name);
  throw new RainhooksError(
    "not-found",
    `There is no alarm rule ${name}. ${known.length === 0 ? "There are none: add one with watch add." : `There are: ${known.join(", ")}.`}`,
    { permanent: true },
  );
}
