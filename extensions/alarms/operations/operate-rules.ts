import { inputError } from "@rainhooks/core/errors";
import { defineOperation } from "@rainhooks/stage/operations/define-operation";
import { duration, flag, optionalText, requiredText, time } from "@rainhooks/stage/query/params/kinds";
import { formatTime } from "@rainhooks/stage/terminal/time";
import type { RuleVerb } from "./change-rule.ts";

const MAX_NAME = 100;
const MAX_CONDITION = 2000;

/** Makes the operation that pauses, resumes or removes a rule. */
function ruleOperation(verb: RuleVerb, summary: string, done: string) {
  return defineOperation({
    name: `rule-${verb}`,
    summary,
    request: {
      name: requiredText({ description: "Name of the rule.", placeholder: "rule", maxLength: MAX_NAME }),
    },
    permission: "operate",
    changes: "something",
    command: { words: `watch ${verb}`, args: ["name"] },
    run: async (stage, { name }) => {
      const { changeRule } = await import("./change-rule.ts");
      const { fromMs } = await changeRule(stage, verb, name);
      return { name, verb, fromMs };
    },
    view: { result: ({ fromMs }, { name }) => `Rule ${name} is ${done} from ${formatTime(fromMs)} UTC on.` },
  });
}

/** Adds a maintenance window, or ends it. */
const maintenance = defineOperation({
  name: "maintenance",
  summary: "Send nothing about alarms of some nodes for a time; what still lasts then is sent at its end",
  request: {
    name: requiredText({
      description: "Name of the window; no other that has not ended has it.",
      ...{ placeholder: "name", maxLength: MAX_NAME },
    }),
    from: time({ description: "Start (default: now)." }),
    to: time({ description: "End." }),
    for: duration({ description: "Length, such as 2h." }),
    where: optionalText({
      description: "Which nodes (default: all).",
      ...{ placeholder: "cel", maxLength: MAX_CONDITION },
    }),
    end: flag({ description: "End it now." }),
  },
  permission: "operate",
  changes: "something",
  command: { words: "watch maintenance", args: ["name"] },
  run: async (stage, { name, from: fromMs, to: toMs, for: lengthMs, where, end }) => {
    const { endMaintenance, setMaintenance } = await import("./set-maintenance.ts");
    const isTimed = (toMs ?? lengthMs) !== undefined;
    if (end && (isTimed || fromMs !== undefined || where !== undefined))
      throw inputError({ field: "end", problem: "ends a window now: give only its name." });
    if (end) return endMaintenance(stage, name);
    if (!isTimed)
      throw inputError({ field: "for", problem: "is missing: say when it ends, with --for 2h or --to." });
    if (toMs !== undefined && lengthMs !== undefined)
      throw inputError({ field: "for", problem: "cannot be given together with an end." });
    return setMaintenance(stage, { name, fromMs, toMs, lengthMs, where });
  },
  view: {
    result: ({ fromMs, toMs }, { name }) =>
      `Maintenance ${name} from ${formatTime(fromMs)} to ${formatTime(toMs)} UTC.`,
  },
});

/** What can be done about rules. */
export const RULE_OPERATIONS = [
  ruleOperation("pause", "Let a rule find nothing until it is resumed; its alarms close", "paused"),
  ruleOperation("resume", "Let a paused rule find alarms again", "in force again"),
  ruleOperation("rm", "Remove a rule; its alarms close", "removed"),
  maintenance,
] as const;
