import { userInfo } from "node:os";
import { countText } from "@rainhooks/core/count-text";
import { messageOf, wrongInput } from "@rainhooks/core/errors";
import type { Caller } from "@rainhooks/stage/operations/caller";
import { defineOperation } from "@rainhooks/stage/operations/define-operation";
import type { OperationContext, OperationView } from "@rainhooks/stage/operations/operation";
import { durationUpTo, flag, list, optionalText } from "@rainhooks/stage/query/params/kinds";
import type { ValuesOf } from "@rainhooks/stage/query/params/param";
import type { StageAccess } from "@rainhooks/stage/stage-access";
import { formatTime } from "@rainhooks/stage/terminal/format-table";
import type { AlarmChange, AlarmPlan, AlarmResult, AlarmResults } from "../alarms/select-alarms.ts";

/** For how long an alarm can be shelved at most. */
const MAX_SHELVE = "7d";
/** Alarms that are named at most: as many as a list has. */
const MAX_ALARMS = 1000;
const MAX_NAME = 256;

const text = (placeholder: string, description: string) =>
  optionalText({ description, placeholder, maxLength: MAX_NAME });

const SELECTION = {
  ids: list(
    {
      description: "Ids of alarms, or starts of ids of open ones (at least six characters).",
      placeholder: "alarm",
      maxLength: MAX_NAME,
    },
    { max: MAX_ALARMS },
  ),
  rule: text("rule", "The open alarms of this rule."),
  node: text(
    "node",
    "The open alarms of this node, by its id, the start of it or its name; or of a group.",
  ),
  all: flag({ description: "All open alarms." }),
};

/** What has become of alarms, and what was to be done about them. */
type ChangedAlarms = AlarmResults & { readonly change: AlarmChange };
type Selection = ValuesOf<typeof SELECTION>;
type PlannedChange = AlarmPlan & { readonly nodeId: string | undefined };
type Context = OperationContext & { readonly plan: () => Promise<PlannedChange> };

async function planOf(
  stage: StageAccess,
  { ids, rule, node, all }: Selection,
  { caller }: OperationContext,
): Promise<PlannedChange> {
  const ways = [ids.length > 0, (rule ?? node) !== undefined, all].filter(Boolean);
  if (ways.length !== 1)
    throw wrongInput(
      "Name alarms in one way: by their ids, with --rule and --node, or with --all.",
    );
  const { planAlarmChange } = await import("../alarms/select-alarms.ts");
  const { alarmTableOf, ruleTableOf } = await import("./tables.ts");
  const { nodeOfOption } = await import("@rainhooks/stage/commands/find-node");
  const nodeId = node === undefined ? undefined : await nodeOfOption(stage, node, caller.door);
  const tables = { alarms: alarmTableOf(stage), rules: ruleTableOf(stage) };
  const plan = await planAlarmChange(tables, ids.length > 0 ? { ids } : { rule, nodeId });
  return { ...plan, nodeId };
}

async function changed(
  stage: StageAccess,
  change: AlarmChange,
  context: Context,
): Promise<ChangedAlarms> {
  const { changeAlarms } = await import("../alarms/select-alarms.ts");
  const { alarmTableOf } = await import("./tables.ts");
  const { alarms } = await context.plan();
  const results = await changeAlarms(alarmTableOf(stage), alarms, change, {
    ...context,
    nowMs: Date.now(),
  });
  requireSome(results, context.caller);
  return { ...results, change };
}

/** @throws why nothing was changed; a terminal lists what has become of each of several alarms. */
function requireSome({ counts, alarms }: AlarmResults, { door }: Caller): void {
  const [one, ...others] = alarms;
  if (one === undefined || counts.changed > 0 || (others.length > 0 && door === "terminal")) return;
  const failed = alarms.find(({ outcome }) => outcome === "failed");
  if (failed !== undefined) throw failed.error;
  if (counts.ended < alarms.length) return;
  const what = others.length === 0 ? `Alarm ${one.alarmId}` : "None of these alarms";
  throw wrongInput(`${what} is ${others.length === 0 ? "not " : ""}open any more.`);
}

/** What these operations share. */
const SHARED = {
  permission: "operate",
  changes: "something",
  plan: planOf,
  needsPlan: true,
  isNamed: ({ ids }: Selection) => ids.length > 0,
  recorded: {
    request: ({ nodeId }: PlannedChange) => ({ node: nodeId }),
    plan: ({ byRule }: AlarmPlan) => ({ byRule }),
    result: ({ counts }: ChangedAlarms) => counts,
  },
} as const;

function viewOf(verb: string): OperationView<Selection, PlannedChange, ChangedAlarms> {
  return {
    question: (plan) => alarmsQuestion(verb, plan),
    result: changedText,
    json: changedJson,
    failed: ({ counts }) => counts.failed > 0,
  };
}

/** Acknowledges alarms. */
const ack = defineOperation({
  ...SHARED,
  name: "ack",
  summary: "Acknowledge alarms: they are not sent again",
  request: { ...SELECTION, by: text("name", "Who (default: your user name).") },
  command: {
    words: "alarms ack",
    args: ["ids"],
    help: `
Examples:
  rainhooks alarms ack eKCQ1r
  rainhooks alarms ack --rule offline-10m --by ann
  rainhooks alarms ack --all --yes`,
  },
  run: (stage, { by = userInfo().username }, context) =>
    changed(stage, { kind: "acknowledge", by }, context),
  view: viewOf("Acknowledge"),
});

/** Shelves alarms. */
const shelve = defineOperation({
  ...SHARED,
  name: "shelve",
  summary: "Send nothing about alarms for a time; what is shelved for longer stays so",
  request: {
    ...SELECTION,
    for: durationUpTo(MAX_SHELVE, { description: "How long, such as 2h." }),
  },
  command: {
    words: "alarms shelve",
    args: ["ids"],
    help: `
Examples:
  rainhooks alarms shelve eKCQ1r --for 2h
  rainhooks alarms shelve --node "Living room" --for 1d`,
  },
  run: (stage, { for: lengthMs }, context) =>
    changed(stage, { kind: "shelve", untilMs: Date.now() + lengthMs }, context),
  view: viewOf("Shelve"),
});

/** Ends the shelving of alarms. */
const unshelve = defineOperation({
  ...SHARED,
  name: "unshelve",
  summary: "End shelving: what still lasts is sent again",
  request: SELECTION,
  command: {
    words: "alarms unshelve",
    args: ["ids"],
    help: `
Examples:
  rainhooks alarms unshelve eKCQ1r
  rainhooks alarms unshelve --rule too-hot`,
  },
  run: (stage, _, context) => changed(stage, { kind: "unshelve" }, context),
  view: viewOf("Unshelve"),
});

/** What can be done about alarms. */
export const ALARM_OPERATIONS = [ack, shelve, unshelve] as const;

/** Returns what is asked before several alarms are changed. */
function alarmsQuestion(verb: string, { alarms, byRule }: AlarmPlan): string | undefined {
  return alarms.length > 1
    ? `${verb} ${countText(alarms.length, "alarm")} (${rulesText(byRule)})?`
    : undefined;
}

/** Returns what has become of alarms, for programs. */
function changedJson({ counts, alarms }: ChangedAlarms): object {
  return {
    ...counts,
    alarms: alarms.map(({ alarm: _, error, ...one }) => ({
      ...one,
      ...(error === undefined ? {} : { error: messageOf(error) }),
    })),
  };
}

/** Says what has become of alarms. */
function changedText({ counts, byRule, alarms, change }: ChangedAlarms): string {
  const [first, ...others] = alarms;
  if (first === undefined) return "There is no such open alarm.";
  if (others.length === 0) return oneText(first, change);
  const { changed, already, ended, failed } = counts;
  const error = alarms.find(({ outcome }) => outcome === "failed")?.error;
  const rest = [
    ...(already === 0 ? [] : [`${already} already ${already === 1 ? "was" : "were"}`]),
    ...(ended === 0 ? [] : [`${ended} ${ended === 1 ? "has" : "have"} ended`]),
    ...(failed === 0 ? [] : [`${failed} failed: ${messageOf(error)}`]),
  ];
  return [
    `${doneText(change)}: ${countText(changed, "alarm")}${changed === 0 ? "" : ` (${rulesText(byRule)})`}.`,
    ...(rest.length === 0 ? [] : [`${rest.join("; ").replace(/\.$/, "")}.`]),
  ].join(" ");
}

function oneText({ rule, nodeId, outcome, alarm }: AlarmResult, change: AlarmChange): string {
  const about = `${rule} of ${nodeId}${alarm?.nodeName === undefined ? "" : ` (${alarm.nodeName})`}`;
  if (outcome === "changed") return `${doneText(change)}: ${about}.`;
  if (change.kind === "acknowledge")
    return `Already acknowledged by ${alarm?.ackedBy ?? "-"}: ${about}.`;
  return change.kind === "unshelve"
    ? `Not shelved: ${about}.`
    : `Already shelved until ${formatTime(alarm?.shelvedUntilMs ?? 0)} UTC: ${about}. For a shorter time, unshelve it first.`;
}

function doneText(change: AlarmChange): string {
  if (change.kind === "acknowledge") return `Acknowledged by ${change.by}`;
  return change.kind === "shelve" ? `Shelved until ${formatTime(change.untilMs)} UTC` : "Unshelved";
}

const MAX_RULES = 5;

/** Such as "20 of gone, 17 of too-hot". */
function rulesText(byRule: AlarmPlan["byRule"]): string {
  const shown = byRule.slice(0, MAX_RULES).map(({ rule, count }) => `${count} of ${rule}`);
  const more = byRule.length - shown.length;
  return [...shown, ...(more === 0 ? [] : [`and of ${countText(more, "other rule")}`])].join(", ");
}
