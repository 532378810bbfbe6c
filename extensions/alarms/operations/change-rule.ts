import { inputError, wrongInput } from "@rainhooks/core/errors";
import { requireVersion } from "@rainhooks/stage/operations/expected-version";
import type { StageAccess } from "@rainhooks/stage/stage-access";
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

/**
 * Adds a rule, or replaces the one with its name.
 *
 * @param seen Its version as the caller has seen it.
 * @throws {RainhooksError} `write-conflict` if it has another one by now.
 */
export function addRule(stage: StageAccess, rule: Rule, seen?: number) {
  return change(stage, rule.name, { status: "in-force", rule }, seen);
}

/** What can be done with a rule that is stored. */
export type RuleVerb = "pause" | "resume" | "rm";

/**
 * Pauses, resumes or removes a rule.
 *
 * @throws {RainhooksError} `not-found` if there is none, `input-invalid` if it is not paused and is
 * to be resumed.
 */
export async function changeRule(stage: StageAccess, verb: RuleVerb, name: string) {
  const { rule, status } = (await requireRule(ruleTableOf(stage), name)).last;
  if (verb === "resume" && status === "in-force")
    throw wrongInput(`The rule ${name} is not paused.`);
  if (verb === "resume") return change(stage, name, { status: "in-force", rule });
  return change(stage, name, { status: verb === "rm" ? "removed" : "paused" });
}

/** Returns the version of a rule, and from when on it holds, epoch milliseconds. */
async function change(stage: StageAccess, name: string, to: RuleChange, seen?: number) {
  const fromMs = Date.now() + WATCH_RULE_AHEAD_MS;
  const checkStates = (states: readonly WatchRuleState[]) => {
    const last = states.at(-1);
    requireVersion(name, seen, last?.status === "removed" ? undefined : last?.version);
  };
  const states = await changeWatchRule(ruleTableOf(stage), name, to, fromMs, checkStates);
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
  /**
   * True: it ends now. Alarms that were raised in it stay unsent until the time at which it would
   * have ended.
   */
  readonly end: boolean;
}

/**
 * Adds a maintenance window, or ends it.
 *
 * @throws {RainhooksError} `input-invalid` if it is wrong, if there is one of this name that has
 * not ended, or none that could be ended; the message says what.
 */
export async function changeMaintenance(
  stage: StageAccess,
  request: MaintenanceRequest,
): Promise<MaintenanceWindow> {
  const nowMs = Date.now();
  const { name, where, end } = request;
  const { maintenance } = await readWatchRules(ruleTableOf(stage));
  const existing = maintenance.find((one) => one.name === name && one.toMs > nowMs);
  if (end && existing === undefined)
    throw inputError({
      field: "name",
      problem: `there is no maintenance ${name} that has not ended.`,
    });
  const { fromMs = nowMs, lengthMs = 0, toMs = fromMs + lengthMs } = request;
  if (!end && existing !== undefined)
    throw inputError({
      field: "name",
      problem: `${name} is the name of a maintenance window until ${new Date(existing.toMs).toISOString()}. End that one first, or choose another name.`,
    });
  const window =
    existing === undefined
      ? checkMaintenance({ name, fromMs, toMs, ...(where === undefined ? {} : { where }) })
      : // One that has not begun is as short as a window can be.
        { ...existing, fromMs: Math.min(existing.fromMs, nowMs - 1), toMs: nowMs };
  await putMaintenance(ruleTableOf(stage), window);
  return window;
}
