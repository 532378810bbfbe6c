import { userInfo } from "node:os";
import { counted } from "@rainhooks/core/counted";
import { messageOf, RainhooksError } from "@rainhooks/core/errors";
import { confirm } from "@rainhooks/stage/commands/confirm";
import { EXIT } from "@rainhooks/stage/commands/exit";
import { nodeOfOption } from "@rainhooks/stage/commands/find-node";
import { print, printData, printJson } from "@rainhooks/stage/commands/output";
import { StatusLine } from "@rainhooks/stage/commands/progress";
import { reachStage, type StageSelection } from "@rainhooks/stage/commands/reach-stage";
import { formatTime } from "@rainhooks/stage/terminal/time";
import { alarmState, shelvingEndMs } from "../alarms/alarm.ts";
import {
  type AlarmChange,
  type AlarmResult,
  type AlarmResults,
  changeAlarms,
} from "../alarms/change-alarms.ts";
import { type AlarmPlan, type AlarmSelection, planAlarmChange } from "../alarms/select-alarms.ts";
import { alarmTableOf, ruleTableOf } from "../operations/tables.ts";

/** Options of commands about alarms. */
export interface OperateOptions extends StageSelection {
  readonly rule?: string | undefined;
  readonly node?: string | undefined;
  readonly all?: boolean | undefined;
  readonly yes?: boolean | undefined;
  readonly json?: boolean | undefined;
}

/** Acknowledges alarms. */
export async function ackCommand(
  ids: readonly string[],
  options: OperateOptions & { readonly by?: string | undefined },
): Promise<void> {
  const { by = userInfo().username } = options;
  await changeCommand(ids, options, { kind: "acknowledge", by });
}

/** Shelves alarms. */
export async function shelveCommand(
  ids: readonly string[],
  options: OperateOptions & { readonly for: number },
): Promise<void> {
  await changeCommand(ids, options, { kind: "shelve", untilMs: Date.now() + options.for });
}

/** Ends the shelving of alarms. */
export async function unshelveCommand(ids: readonly string[], options: OperateOptions): Promise<void> {
  await changeCommand(ids, options, { kind: "unshelve" });
}

const VERBS = { acknowledge: "Acknowledge", shelve: "Shelve", unshelve: "Unshelve" };

async function changeCommand(
  ids: readonly string[],
  options: OperateOptions,
  change: AlarmChange,
): Promise<void> {
  requireSelection(ids, options);
  const reached = await reachStage(options);
  const { rule, node } = options;
  const selection: AlarmSelection =
    ids.length > 0
      ? { ids }
      : { rule, nodeId: node === undefined ? undefined : await nodeOfOption(reached, node) };
  const alarms = alarmTableOf(reached);
  const plan = await planAlarmChange({ alarms, rules: ruleTableOf(reached) }, selection);
  const count = plan.alarms.length;
  const question = `${VERBS[change.kind]} ${counted(count, "alarm")} (${rulesText(plan.byRule)})?`;
  if (count > 1 && !(options.yes || (await confirm(question)))) {
    await print("Nothing was changed.\n");
    return;
  }
  const status = new StatusLine();
  const nowMs = Date.now();
  const results = await changeAlarms(alarms, plan.alarms, change, {
    nowMs,
    onProgress: (done) => status.show(`${done} of ${counted(count, "alarm")}`),
  });
  status.clear();
  requireOne(results);
  if (results.counts.failed > 0) process.exitCode = EXIT.failed;
  if (options.json) await printJson(`${JSON.stringify(jsonOf(results, nowMs), undefined, 2)}\n`);
  else await printData(`${textOf(results, change)}\n`);
}

/** @throws {RainhooksError} `input-invalid` unless alarms are named in one way. */
function requireSelection(ids: readonly string[], { rule, node, all = false }: OperateOptions): void {
  const isSelected = all || rule !== undefined || node !== undefined;
  if (ids.length > 0 !== isSelected) return;
  throw new RainhooksError(
    "input-invalid",
    isSelected
      ? "Name alarms by their ids, or with --rule, --node or --all: not both."
      : "Say which alarms: their ids, --rule, --node or --all.",
  );
}

/** @throws what has happened to a single alarm for which nothing could be done. */
function requireOne({ alarms: [one, ...others] }: AlarmResults): void {
  if (one === undefined || others.length > 0) return;
  if (one.outcome === "failed") throw one.error;
  if (one.outcome === "ended")
    throw new RainhooksError("input-invalid", `Alarm ${one.alarmId} is not open any more.`, {
      permanent: true,
    });
}

function jsonOf({ counts, alarms }: AlarmResults, nowMs: number): object {
  return {
    ...counts,
    alarms: alarms.map(({ alarm, error, ...one }) => ({
      ...one,
      ...(alarm === undefined
        ? {}
        : {
            state: alarmState(alarm, nowMs),
            ackedMs: alarm.ackedMs,
            ackedBy: alarm.ackedBy,
            shelvedUntilMs: shelvingEndMs(alarm, nowMs),
          }),
      ...(error === undefined ? {} : { error: messageOf(error) }),
    })),
  };
}

function textOf({ counts, alarms }: AlarmResults, change: AlarmChange): string {
  const [first, ...others] = alarms;
  if (first === undefined) return "There is no such open alarm.";
  if (others.length === 0) return oneText(first, change);
  const { changed, already, ended, failed } = counts;
  const ofRules = Map.groupBy(
    alarms.filter(({ outcome }) => outcome === "changed"),
    ({ rule }) => rule,
  );
  const byRule = [...ofRules].map(([rule, some]) => ({ rule, count: some.length }));
  const error = alarms.find(({ outcome }) => outcome === "failed")?.error;
  const rest = [
    ...(already === 0 ? [] : [`${already} already ${already === 1 ? "was" : "were"}`]),
    ...(ended === 0 ? [] : [`${ended} ${ended === 1 ? "has" : "have"} ended`]),
    ...(failed === 0 ? [] : [`${failed} failed: ${messageOf(error)}`]),
  ];
  return [
    `${doneText(change)}: ${counted(changed, "alarm")}${changed === 0 ? "" : ` (${rulesText(byRule)})`}.`,
    ...(rest.length === 0 ? [] : [`${rest.join("; ").replace(/\.$/, "")}.`]),
  ].join(" ");
}

function oneText({ rule, nodeId, outcome, alarm }: AlarmResult, change: AlarmChange): string {
  const about = `${rule} of ${nodeId}${alarm?.nodeName === undefined ? "" : ` (${alarm.nodeName})`}`;
  if (outcome === "changed") return `${doneText(change)}: ${about}.`;
  if (change.kind === "acknowledge") return `Already acknowledged by ${alarm?.ackedBy ?? "-"}: ${about}.`;
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
  return [...shown, ...(more === 0 ? [] : [`and of ${counted(more, "other rule")}`])].join(", ");
}
