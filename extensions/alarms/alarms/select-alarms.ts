import { mapLimited } from "@rainhooks/core/collections";
import { notFound, type RainhooksError, wrongInput } from "@rainhooks/core/errors";
import type { TableAccess } from "@rainhooks/dynamodb/read-all";
import type { OperationOptions } from "@rainhooks/stage/operate/progress";
import {
  type PresentRule,
  presentRules,
  readRuleNames,
  readWatchRules,
} from "../rules/rule-store.ts";
import { type Alarm, isOpen, type Notice, type OutboxEntry, shelvingEndMs } from "./alarm.ts";
import { alarmKey } from "./alarm-item.ts";
import {
  type AlarmPlace,
  changeStored,
  findAlarm,
  readAlarm,
  readOpenAlarms,
} from "./alarm-store.ts";

/** The tables in which alarms are looked for. */
type AlarmTables = Readonly<Record<"alarms" | "rules", TableAccess>>;

/**
 * Which alarms: by their ids, or starts of the ids of open ones; or the open ones, of a rule or a
 * node if one is named.
 */
export type AlarmSelection =
  | { readonly ids: readonly string[] }
  | { readonly rule?: string | undefined; readonly nodeId?: string | undefined };

/** The alarms that a change would be made to. */
export type AlarmPlan = Awaited<ReturnType<typeof planAlarmChange>>;

/** Minimum length of the start of an id. */
const MIN_ID_START = 6;
const MAX_CANDIDATES = 5;
const READS_AT_ONCE = 16;

/**
 * Finds the alarms of a selection. It changes nothing.
 *
 * @throws {RainhooksError} `not-found` for an id that no alarm has and for an unknown rule,
 * `input-invalid` for the start of several ids; the message names the first alarms.
 */
export async function planAlarmChange(tables: AlarmTables, selection: AlarmSelection) {
  const alarms =
    "ids" in selection ? await byIds(tables, selection.ids) : await openOnes(tables, selection);
  return { alarms, byRule: countByRule(alarms) };
}

/** Returns how many of some alarms are of which rule; the rule with the most first. */
function countByRule(alarms: readonly Pick<AlarmPlace, "rule">[]) {
  return [...Map.groupBy(alarms, ({ rule }) => rule)]
    .map(([rule, some]) => ({ rule, count: some.length }))
    .toSorted((a, b) => b.count - a.count || (a.rule < b.rule ? -1 : 1));
}

async function openOnes(
  { alarms, rules }: AlarmTables,
  { rule, nodeId }: { readonly rule?: string | undefined; readonly nodeId?: string | undefined },
): Promise<AlarmPlace[]> {
  const names =
    rule === undefined ? await readRuleNames(rules) : [(await requireRule(rules, rule)).name];
  const open = await readOpenAlarms(alarms, names);
  return nodeId === undefined ? open : open.filter((alarm) => alarm.nodeId === nodeId);
}

async function byIds(tables: AlarmTables, ids: readonly string[]): Promise<AlarmPlace[]> {
  let open: Promise<AlarmPlace[]> | undefined;
  const readOpen = () =>
    (open ??= readRuleNames(tables.rules).then((names) => readOpenAlarms(tables.alarms, names)));
  const each = await mapLimited([...new Set(ids)], READS_AT_ONCE, async (id) => {
    const alarm = await findAlarm(tables.alarms, id);
    if (alarm === undefined) return byStart(id, readOpen);
    const { alarmId, rule, nodeId } = alarm;
    return { alarmId, rule, nodeId, key: alarmKey(alarm) };
  });
  return [...new Map(each.map((one) => [one.alarmId, one])).values()];
}

async function byStart(
  start: string,
  readOpen: () => Promise<readonly AlarmPlace[]>,
): Promise<AlarmPlace> {
  if (start.length < MIN_ID_START)
    throw noAlarm(`${start}. The start of an id needs at least ${MIN_ID_START} characters`);
  const [first, ...others] = (await readOpen()).filter(({ alarmId }) => alarmId.startsWith(start));
  if (first === undefined) throw noAlarm(start);
  if (others.length === 0) return first;
  const shown = [first, ...others]
    .slice(0, MAX_CANDIDATES)
    .map(({ alarmId, rule, nodeId }) => `${alarmId} (${rule} of ${nodeId})`);
  if (others.length >= MAX_CANDIDATES) shown.push("…");
  throw wrongInput(
    `${others.length + 1} open alarms have ids that begin with ${start}: ${shown.join(", ")}. Use more characters.`,
  );
}

function noAlarm(what: string): RainhooksError {
  return notFound(`There is no alarm ${what}.`);
}

/**
 * Returns the alarm with an id, or the open one whose id begins so.
 *
 * @throws {RainhooksError} `not-found` if there is none, `input-invalid` if several open ones begin
 * so.
 */
export async function requireAlarm(tables: AlarmTables, id: string): Promise<Alarm> {
  const [found] = await byIds(tables, [id]);
  const alarm = await readAlarm(tables.alarms, found?.key ?? {});
  if (alarm !== undefined) return alarm;
  throw noAlarm(id);
}

/**
 * Returns a rule as it is now, with its changes.
 *
 * @throws {RainhooksError} `not-found` if there is none, or it was removed; the message names those
 * that there are.
 */
export async function requireRule(table: TableAccess, name: string): Promise<PresentRule> {
  const present = presentRules((await readWatchRules(table)).rules);
  const rule = present.find((one) => one.name === name);
  if (rule !== undefined) return rule;
  const names = present.map((one) => one.name).join(", ");
  const others = names === "" ? "There are none: add one with watch add." : `There are: ${names}.`;
  throw notFound(`There is no alarm rule ${name}. ${others}`);
}

/** What an operator does about alarms. */
export type AlarmChange =
  /** It is not sent again, and a latched one leaves the list. */
  | { readonly kind: "acknowledge"; readonly by: string }
  /**
   * Nothing is sent about it until a time, epoch milliseconds. If it still lasts then, it is sent
   * again. It is never made shorter.
   */
  | { readonly kind: "shelve"; readonly untilMs: number }
  /** The next sweep sends it again, if it still lasts. */
  | { readonly kind: "unshelve" };

/**
 * What has become of an alarm: `already`: nothing had to be changed. `ended`: it is not open any
 * more. `left`: the work was stopped before it.
 */
type AlarmOutcome = "changed" | "already" | "ended" | "failed" | "left";

/** An alarm after a change. */
export interface AlarmResult extends Pick<AlarmPlace, "alarmId" | "rule" | "nodeId"> {
  readonly outcome: AlarmOutcome;
  /** As it is stored now; absent if it failed, was left, or is stored no more. */
  readonly alarm?: Alarm | undefined;
  /** What was thrown; absent unless it failed. */
  readonly error?: unknown;
}

/** What has become of alarms, in the order in which they were selected. */
export type AlarmResults = Awaited<ReturnType<typeof changeAlarms>>;

const AT_ONCE = 16;

/**
 * Acknowledges, shelves or unshelves alarms. Each is a conditional write of its own: what fails for
 * one makes no difference to the others. When it is stopped, those that were begun are ended.
 */
export async function changeAlarms(
  table: TableAccess,
  alarms: readonly AlarmPlace[],
  change: AlarmChange,
  { nowMs, signal, onProgress }: OperationOptions & { readonly nowMs: number },
) {
  let done = 0;
  const results = await mapLimited(alarms, AT_ONCE, async (selected): Promise<AlarmResult> => {
    const { alarmId, rule, nodeId } = selected;
    const isLeft = signal?.aborted === true;
    const result = isLeft
      ? ({ outcome: "left" } as const)
      : await changeOne(table, selected, change, nowMs);
    done += 1;
    onProgress?.({ step: "change", done, of: alarms.length });
    return { alarmId, rule, nodeId, ...result };
  });
  const counts = { changed: 0, already: 0, ended: 0, failed: 0, left: 0 };
  for (const { outcome } of results) counts[outcome] += 1;
  const byRule = countByRule(results.filter(({ outcome }) => outcome === "changed"));
  // In the order in which they were selected.
  return { counts, byRule, alarms: results };
}

async function changeOne(
  table: TableAccess,
  { key }: AlarmPlace,
  change: AlarmChange,
  nowMs: number,
): Promise<Pick<AlarmResult, "outcome" | "alarm" | "error">> {
  try {
    const { alarm, isChanged } = await changeStored(table, key, (known) =>
      isOpen(known) ? changedAlarm(known, change, nowMs) : undefined,
    );
    if (isChanged) return { outcome: "changed", alarm };
    return { outcome: alarm === undefined || !isOpen(alarm) ? "ended" : "already", alarm };
  } catch (error) {
    return { outcome: "failed", error };
  }
}

/** Returns an alarm after a change; `undefined` if it is so already. */
function changedAlarm(alarm: Alarm, change: AlarmChange, nowMs: number): Alarm | undefined {
  const { outbox, shelvedUntilMs = 0 } = alarm;
  const next = { ...alarm, revision: alarm.revision + 1 };
  if (change.kind === "acknowledge")
    return alarm.ackedMs === undefined
      ? { ...next, ackedMs: nowMs, ackedBy: change.by, outbox: without(outbox, ["reminder"]) }
      : undefined;
  // A shelving whose end has come is ended by the sweep, which sends what has to be sent.
  if (change.kind === "unshelve")
    return shelvingEndMs(alarm, nowMs) === undefined
      ? undefined
      : { ...next, shelvedUntilMs: nowMs };
  const { untilMs } = change;
  return shelvedUntilMs < untilMs
    ? { ...next, shelvedUntilMs: untilMs, outbox: without(outbox, ["raised", "reminder"]) }
    : undefined;
}

function without(
  entry: OutboxEntry | undefined,
  notices: readonly Notice[],
): OutboxEntry | undefined {
  return entry !== undefined && notices.includes(entry.notice) ? undefined : entry;
}
