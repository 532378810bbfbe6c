import { inputError, RainhooksError } from "@rainhooks/core/errors";
import type { StageAccess } from "@rainhooks/stage/reached";
import { requireRule } from "../alarms/select-alarms.ts";
import type { Rule } from "../rule/rule.ts";
import { checkMaintenance, type MaintenanceWindow } from "../rules/maintenance.ts";
import {
  changeWatchRule,
  putMaintenance,
  type RuleChange,
  readWatchRules,
  WATCH_RULE_AHEAD_MS,
  type WatchRuleState,
} from "../rules/rule-store.ts";
import { ruleTableOf } from "./tables.ts";

/** A version of a rule, and from when on it holds, epoch milliseconds. */
interface ChangedRule {
  readonly name: string;
  readonly version: number;
  readonly fromMs: number;
}

/** Adds a rule, or replaces the one with its name. */
export function addRule(reached: StageAccess, rule: Rule): Promise<ChangedRule> {
  return change(reached, rule.name, { status: "in-force", rule });
}

/** What can be done with a rule that is stored. */
export type RuleVerb = "pause" | "resume" | "rm";

/**
 * Pauses, resumes or removes a rule.
 *
 * @throws {RainhooksError} `not-found` if there is none, `input-invalid` if it is not paused and is to be
 * resumed.
 */
export async function changeRule(reached: StageAccess, verb: RuleVerb, name: string): Promise<ChangedRule> {
  const { last } = await requireRule(ruleTableOf(reached), name);
  return change(reached, name, changeOf(verb, name, last));
}

function changeOf(verb: RuleVerb, name: string, last: WatchRuleState): RuleChange {
  if (verb !== "resume") return { status: verb === "rm" ? "removed" : "paused" };
  if (last.status === "in-force")
    throw new RainhooksError("input-invalid", `The rule ${name} is not paused.`);
  return { status: "in-force", rule: last.rule };
}

async function change(reached: StageAccess, name: string, to: RuleChange): Promise<ChangedRule> {
  const fromMs = Date.now() + WATCH_RULE_AHEAD_MS;
  const { states } = await changeWatchRule(ruleTableOf(reached), name, to, fromMs);
  return { name, version: states.at(-1)?.version ?? 1, fromMs };
}

/** A time in which nothing is to be sent about some nodes. */
interface MaintenanceRequest {
  readonly name: string;
  /** Epoch milliseconds. @defaultValue now */
  readonly fromMs?: number | undefined;
  /** When it ends, or how long it lasts, milliseconds: one of both. */
  readonly toMs?: number | undefined;
  readonly lengthMs?: number | undefined;
  /** Which nodes, in CEL; absent for all. */
  readonly where?: string | undefined;
}

/**
 * Adds a maintenance window.
 *
 * @throws {RainhooksError} `input-invalid` if it is wrong, or if there is one of this name that has not
 * ended; the message says what.
 */
export async function setMaintenance(
  reached: StageAccess,
  { name, fromMs = Date.now(), toMs, lengthMs = 0, where }: MaintenanceRequest,
): Promise<MaintenanceWindow> {
  const endMs = toMs ?? fromMs + lengthMs;
  const window = checkMaintenance({ name, fromMs, toMs: endMs, ...(where === undefined ? {} : { where }) });
  const existing = await currentMaintenance(reached, name);
  if (existing !== undefined)
    throw inputError({
      field: "name",
      problem: `${name} is the name of a maintenance window until ${new Date(existing.toMs).toISOString()}. End that one first, or choose another name.`,
    });
  await putMaintenance(ruleTableOf(reached), window);
  return window;
}

/** Returns the window of a name that has not ended. */
async function currentMaintenance(
  reached: StageAccess,
  name: string,
): Promise<MaintenanceWindow | undefined> {
  const { maintenance } = await readWatchRules(ruleTableOf(reached));
  return maintenance.find((one) => one.name === name && one.toMs > Date.now());
}

/**
 * Ends a maintenance window now. Alarms that were raised in it stay unsent until the time at which it would
 * have ended.
 *
 * @throws {RainhooksError} `input-invalid` if there is none of this name, or it has ended.
 */
export async function endMaintenance(reached: StageAccess, name: string): Promise<MaintenanceWindow> {
  const nowMs = Date.now();
  const window = await currentMaintenance(reached, name);
  if (window === undefined)
    throw inputError({ field: "name", problem: `there is no maintenance ${name} that has not ended.` });
  // One that has not begun is as short as a window can be.
  const fromMs = Math.min(window.fromMs, nowMs - 1);
  const ended = { ...window, fromMs, toMs: nowMs };
  await putMaintenance(ruleTableOf(reached), ended);
  return ended;
}
