import { printData, printJson } from "@rainhooks/stage/commands/output";
import { reachStage, type StageSelection } from "@rainhooks/stage/commands/reach-stage";
import { formatTable } from "@rainhooks/stage/terminal/format-table";
import { formatTime } from "@rainhooks/stage/terminal/time";
import { requireRule } from "../alarms/select-alarms.ts";
import { ruleTableOf } from "../operations/tables.ts";
import { ruleJson } from "../rule/rule-json.ts";

/** Options of commands about a rule. */
export interface RuleOptions extends StageSelection {
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
