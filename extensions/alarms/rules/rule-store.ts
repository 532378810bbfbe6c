import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { DAY_MS, MINUTE_MS, SECOND_MS } from "@rainhooks/core/durations";
import { messageOf, notFound, RainhooksError } from "@rainhooks/core/errors";
import { isJsonObject, tryParseJson } from "@rainhooks/core/json";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { changeItem } from "@rainhooks/dynamodb/put-if";
import { scanAll, type TableAccess } from "@rainhooks/dynamodb/read-all";
import { RULE_KINDS, type Rule, type RuleVersion } from "../rule/rule.ts";
import type { MaintenanceWindow } from "./maintenance.ts";

/** A rule from a time on. */
export interface WatchRuleState {
  /** Epoch milliseconds. */
  readonly fromMs: number;
  readonly version: number;
  readonly rule: Rule;
  /** `in-force`, or why the rule finds nothing from then on. */
  readonly status: "in-force" | "paused" | "removed";
}

/** A rule with its changes. */
export interface WatchRuleHistory {
  readonly name: string;
  /** In the order in which they begin. */
  readonly states: readonly WatchRuleState[];
}

/** A rule that was not removed, and its last state. */
export interface PresentRule extends WatchRuleHistory {
  readonly last: WatchRuleState & { readonly status: "in-force" | "paused" };
}

/** Returns the rules that were not removed. */
export function presentRules(rules: readonly WatchRuleHistory[]): PresentRule[] {
  return rules.flatMap((rule) => {
    const last = rule.states.at(-1);
    if (last === undefined || last.status === "removed") return [];
    return [{ ...rule, last: { ...last, status: last.status } }];
  });
}

/** Maximum number of states that are kept of a rule. */
const MAX_STATES = 50;

/** Returns the versions of a rule in which it was in force, oldest first. */
export function versionsOf({ states }: Pick<WatchRuleHistory, "states">): RuleVersion[] {
  return states.flatMap(({ fromMs, version, rule, status }, index) =>
    status === "in-force" ? [{ rule, version, fromMs, untilMs: states[index + 1]?.fromMs }] : [],
  );
}

/** How long after its end a version is still evaluated, for events that come late. */
export const LOOK_BACK_MS = 15 * DAY_MS;

/**
 * Returns the versions of rules about nodes that can have alarms that began after a time, or that
 * are still to begin.
 */
export function nodeVersions(rules: readonly WatchRuleHistory[], afterMs: number): RuleVersion[] {
  return rules
    .flatMap(versionsOf)
    .filter(({ untilMs = Number.POSITIVE_INFINITY }) => untilMs > afterMs);
}

/** Returns since when rules are in force, epoch milliseconds: `nowMs` if none is. */
export function inForceSinceMs(rules: readonly WatchRuleHistory[], nowMs: number): number {
  return Math.min(nowMs, ...nodeVersions(rules, nowMs).map(({ fromMs }) => fromMs));
}

/** What a rule becomes. */
export type RuleChange =
  | { readonly status: "in-force"; readonly rule: Rule }
  | { readonly status: "paused" | "removed" };

/**
 * Returns the states of a rule after a change. Those that would begin later than it are gone: they
 * have never held. A rule that comes into force has the next version.
 */
function statesAfter(
  states: readonly WatchRuleState[],
  change: RuleChange,
  fromMs: number,
): WatchRuleState[] {
  const isNew = change.status === "in-force";
  const version = Math.max(0, ...states.map((state) => state.version)) + (isNew ? 1 : 0);
  const rule = isNew ? change.rule : states.at(-1)?.rule;
  const before = states.filter((state) => state.fromMs < fromMs);
  if (rule === undefined) return before;
  return [...before, { fromMs, version, rule, status: change.status }].slice(-MAX_STATES);
}

/** All rules and maintenance windows of a stage. */
export type WatchRules = Awaited<ReturnType<typeof readWatchRules>>;

/** How long rules that were read are known to be right. */
export const WATCH_RULES_CACHE_MS = MINUTE_MS;
/**
 * How long after it was written a change of a rule begins to hold: every function knows it by then.
 */
export const WATCH_RULE_AHEAD_MS = WATCH_RULES_CACHE_MS + 30 * SECOND_MS;

const MAINTENANCE = "maintenance#";

/**
 * Reads all rules and maintenance windows with a Scan. Items that cannot be read are left out.
 *
 * @throws {RainhooksError} `rules-unavailable` if the table cannot be read.
 */
export async function readWatchRules(table: TableAccess) {
  const items = await scanAll(table, { ConsistentRead: true }).catch((error: unknown) => {
    const message = `Alarm rules cannot be read from table ${table.tableName}: ${messageOf(error)}`;
    throw new RainhooksError("rules-unavailable", message, { cause: error });
  });
  const rules = items.flatMap(ruleIn).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return { rules, maintenance: items.flatMap(maintenanceIn) };
}

/** Reads the names of all rules, also of those that were removed: their alarms may be open. */
export async function readRuleNames(table: TableAccess): Promise<string[]> {
  return (await readWatchRules(table)).rules.map(({ name }) => name);
}

/**
 * Changes a rule, and returns its states. The change begins to hold at `fromMs`.
 *
 * @param check Throws if the states that it has are not to be changed.
 * @throws {RainhooksError} `write-conflict` if others change it again and again; `not-found` if a
 * rule is to be paused or removed that does not exist.
 */
export async function changeWatchRule(
  table: TableAccess,
  name: string,
  change: RuleChange,
  fromMs: number,
  check: (states: readonly WatchRuleState[]) => void = () => undefined,
): Promise<readonly WatchRuleState[]> {
  let states: readonly WatchRuleState[] = [];
  const versioned = { ...table, key: ["name"], version: "revision" };
  await changeItem(versioned, { name: { S: name } }, (item = {}) => {
    const [{ states: before } = { states: [] }] = ruleIn(item);
    if (change.status !== "in-force" && (before.at(-1)?.status ?? "removed") === "removed")
      throw notFound(`There is no alarm rule ${name}.`);
    check(before);
    states = statesAfter(before, change, fromMs);
    return { states: { S: JSON.stringify(states) } };
  });
  return states;
}

/** Writes a maintenance window; one of the same name is replaced. */
export async function putMaintenance(table: TableAccess, window: MaintenanceWindow): Promise<void> {
  await table.client.send(
    new PutItemCommand({
      TableName: table.tableName,
      Item: { name: { S: `${MAINTENANCE}${window.name}` }, window: { S: JSON.stringify(window) } },
    }),
  );
}

function ruleIn({ name, states }: Attributes): WatchRuleHistory[] {
  const parsed = tryParseJson(states?.S ?? "");
  if (name?.S === undefined || !Array.isArray(parsed)) return [];
  return [{ name: name.S, states: parsed.flatMap(stateIn) }];
}

function stateIn(value: unknown): WatchRuleState[] {
  if (!isJsonObject(value)) return [];
  const { fromMs, version, status, rule } = value;
  if (status !== "in-force" && status !== "paused" && status !== "removed") return [];
  if (!isJsonObject(rule) || !RULE_KINDS.some((kind) => kind === rule["kind"])) return [];
  // Rules are checked when they are written. Checking them again would load CEL into functions that
  // do not evaluate conditions.
  return [
    { fromMs: Number(fromMs), version: Number(version), status, rule: rule as unknown as Rule },
  ];
}

function maintenanceIn({ name, window }: Attributes): MaintenanceWindow[] {
  const parsed = tryParseJson(window?.S ?? "");
  if (name?.S?.startsWith(MAINTENANCE) !== true || !isJsonObject(parsed)) return [];
  const { fromMs, toMs, where } = parsed;
  return [
    {
      name: name.S.slice(MAINTENANCE.length),
      fromMs: Number(fromMs),
      toMs: Number(toMs),
      ...(typeof where === "string" ? { where } : {}),
    },
  ];
}
