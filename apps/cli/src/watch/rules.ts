import { RainhooksError } from "@rainhooks/core";
import { formatTable, formatTime } from "@rainhooks/terminal";
import {
  changeWatchRule,
  type RuleChange,
  requireRule,
  ruleJson,
  WATCH_RULE_AHEAD_MS,
  type WatchRuleHistory,
} from "@rainhooks/watch";
import { printData, printJson } from "../output.ts";
import { reachStage, type StageOptions } from "../reach/stage.ts";
import { ruleTableOf } from "./tables.ts";

/** Options of commands about a rule. */
export interface RuleOptions extends StageOptions {
  readonly json?: boolean | undefined;
}

/** Prints a rule and its versions. */
export async function showRuleCommand(name: string, options: RuleOptions): Promise<void> {
  const { states } = await requireRule(ruleTableOf(await reachStage(options)), name);
  const last = states.at(-1);
  const shown = states.map(({ rule, ...state }) => ({ ...state, rule: ruleJson(rule) }));
  if (options.json) {
    await printJson(`${JSON.stringify({ name, states: shown }, undefined, 2)}\n`);
    return;
  }
  const fields = Object.entries(last === undefined ? {} : ruleJson(last.rule)).map(([field, value]) => [
    field,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  const versions = states.map(({ version, fromMs, status }) => [String(version), status, formatTime(fromMs)]);
  await printData(
    `${formatTable(["field", "value"], fields)}\n\n${formatTable(["version", "status", "from (UTC)"], versions)}\n`,
  );
}

/** Pauses, resumes or removes a rule. */
export async function changeStatusCommand(
  verb: "pause" | "resume" | "rm",
  name: string,
  options: RuleOptions,
): Promise<void> {
  const table = ruleTableOf(await reachStage(options));
  const { states } = await requireRule(table, name);
  const last = states.at(-1);
  if (verb === "resume" && last?.status === "in-force")
    throw new RainhooksError("input-invalid", `The rule ${name} is not paused.`);
  const fromMs = Date.now() + WATCH_RULE_AHEAD_MS;
  await changeWatchRule(table, name, changeOf(verb, last), fromMs);
  if (options.json) await printJson(`${JSON.stringify({ name, verb, fromMs })}\n`);
  else await printData(`Rule ${name} is ${DONE[verb]} from ${formatTime(fromMs)} UTC on.\n`);
}

const DONE = { pause: "paused", resume: "in force again", rm: "removed" };

function changeOf(
  verb: "pause" | "resume" | "rm",
  last: WatchRuleHistory["states"][number] | undefined,
): RuleChange {
  if (verb === "resume" && last !== undefined) return { status: "in-force", rule: last.rule };
  return { status: verb === "rm" ? "removed" : "paused" };
}
