import { inputError } from "@rainhooks/core/errors";
import { defineOperation } from "@rainhooks/stage/operations/define-operation";
import { expectedVersion } from "@rainhooks/stage/operations/expected-version";
import {
  duration,
  flag,
  optionalText,
  required,
  requiredText,
  time,
} from "@rainhooks/stage/query/params/kinds";
import { ParamMistake } from "@rainhooks/stage/query/params/param";
import { formatTable, formatTime } from "@rainhooks/stage/terminal/format-table";
import { conditionField, nameField } from "../rule/read-rule.ts";
import { RULE_PARAMS, ruleOf } from "../rule/rule-params.ts";
import { ruleJson } from "../rule/rule-text.ts";
import type { RuleVerb } from "./change-rule.ts";

const MAX_NAME = 100;
const MAX_CONDITION = 2000;

const RULE_NAME = requiredText({
  description: "Name of the rule.",
  placeholder: "rule",
  maxLength: MAX_NAME,
});

const ADD_HELP = `
Examples:
  rainhooks watch add offline-10m --kind offline --for 10m
  rainhooks watch add offline-10m --kind offline --for 10m --where 'node.type == "thermostat"' --severity high
  rainhooks watch add flapping --kind flapping --count 5 --window 10m
  rainhooks watch add too-hot --kind threshold --series Room.Temperature --above 30 --hysteresis 1 --for 5m
  rainhooks watch add leak --kind rate --series Tank.Level --change 5 --direction down --window 10m
  rainhooks watch add site-down --kind outage --by tag --share 0.5 --count 20 --severity critical
  rainhooks watch add quiet --kind silent --for 2d --destination crm
  rainhooks watch add --file rule.json

A rule with the same name is replaced; it has the next version. A change begins to hold 90 seconds later.`;

/** Adds a rule, or replaces the one with its name. */
const add = defineOperation({
  name: "rule-add",
  summary: "Add a rule, or replace it",
  request: {
    name: optionalText({
      description: "Name of the rule: lower-case letters, digits and dashes.",
      placeholder: "name",
      maxLength: MAX_NAME,
    }),
    version: expectedVersion,
    ...RULE_PARAMS,
  },
  permission: "operate",
  changes: "something",
  command: { words: "watch add", args: ["name"], help: ADD_HELP },
  check: (request) => {
    ruleOf(request.name, request);
  },
  run: async (stage, request) => {
    const { addRule } = await import("./change-rule.ts");
    const rule = ruleOf(request.name, request);
    return { ...(await addRule(stage, rule, request.version)), rule: ruleJson(rule) };
  },
  view: {
    result: ({ name, version, fromMs }) =>
      `Rule ${name}, version ${version}, holds from ${formatTime(fromMs)} UTC.`,
  },
  recorded: { result: ({ name, version }) => ({ name, version }) },
});

/** Shows a rule and its versions. */
const show = defineOperation({
  name: "showRule",
  summary: "Show a rule and its versions",
  request: { name: RULE_NAME },
  permission: "read",
  changes: "nothing",
  command: { words: "watch show", args: ["name"] },
  run: async (stage, { name }) => {
    const { requireRule } = await import("../alarms/select-alarms.ts");
    const { ruleTableOf } = await import("./tables.ts");
    const { states } = await requireRule(ruleTableOf(stage), name);
    return {
      name,
      states: states.map(({ rule, ...state }) => ({ ...state, rule: ruleJson(rule) })),
    };
  },
  view: {
    result: ({ states }) => {
      const fields = Object.entries(states.at(-1)?.rule ?? {}).map(([field, value]) => [
        field,
        typeof value === "string" ? value : JSON.stringify(value),
      ]);
      const versions = states.map(({ version, fromMs, status }) => [
        String(version),
        status,
        formatTime(fromMs),
      ]);
      return `${formatTable(["field", "value"], fields)}\n\n${formatTable(["version", "status", "from (UTC)"], versions)}`;
    },
  },
});

/** Makes the operation that pauses, resumes or removes a rule. */
function ruleOperation(verb: RuleVerb, summary: string, done: string) {
  return defineOperation({
    name: `rule-${verb}`,
    summary,
    request: { name: RULE_NAME },
    permission: "operate",
    changes: "something",
    command: { words: `watch ${verb}`, args: ["name"] },
    run: async (stage, { name }) => {
      const { changeRule } = await import("./change-rule.ts");
      const { fromMs } = await changeRule(stage, verb, name);
      return { name, verb, fromMs };
    },
    view: {
      result: ({ fromMs }, { name }) =>
        `Rule ${name} is ${done} from ${formatTime(fromMs)} UTC on.`,
    },
  });
}

const CONDITION = optionalText({
  description: "Which nodes (default: all).",
  placeholder: "cel",
  maxLength: MAX_CONDITION,
});

function readCondition(text: string): string {
  const condition = conditionField("node")(text);
  if (condition.ok) return condition.value;
  throw new ParamMistake(condition.mistake);
}

/** Adds a maintenance window, or ends it. */
const maintenance = defineOperation({
  name: "maintenance",
  summary:
    "Send nothing about alarms of some nodes for a time; what still lasts then is sent at its end",
  request: {
    name: required(nameField, {
      description: "Name of the window; no other that has not ended has it.",
      placeholder: "name",
      schema: { type: "string", minLength: 1, maxLength: MAX_NAME },
    }),
    from: time({ description: "Start (default: now)." }),
    to: time({ description: "End." }),
    for: duration({ description: "Length, such as 2h." }),
    where: { ...CONDITION, read: readCondition },
    end: flag({ description: "End it now." }),
  },
  permission: "operate",
  changes: "something",
  command: { words: "watch maintenance", args: ["name"] },
  check: ({ from, to, for: lengthMs, where, end }) => {
    const isTimed = (to ?? lengthMs) !== undefined;
    if (end && (isTimed || from !== undefined || where !== undefined))
      throw inputError({ field: "end", problem: "ends a window now: give only its name." });
    if (!(end || isTimed))
      throw inputError({
        field: "for",
        problem: "is missing: say when it ends, with --for 2h or --to.",
      });
    if (to !== undefined && lengthMs !== undefined)
      throw inputError({ field: "for", problem: "cannot be given together with an end." });
  },
  run: async (stage, { from: fromMs, to: toMs, for: lengthMs, ...request }) =>
    (await import("./change-rule.ts")).changeMaintenance(stage, {
      ...request,
      fromMs,
      toMs,
      lengthMs,
    }),
  view: {
    result: ({ fromMs, toMs }, { name }) =>
      `Maintenance ${name} from ${formatTime(fromMs)} to ${formatTime(toMs)} UTC.`,
  },
});

/** What can be done about rules. */
export const RULE_OPERATIONS = [
  show,
  add,
  ruleOperation("pause", "Let a rule find nothing until it is resumed; its alarms close", "paused"),
  ruleOperation("resume", "Let a paused rule find alarms again", "in force again"),
  ruleOperation("rm", "Remove a rule; its alarms close", "removed"),
  maintenance,
] as const;
