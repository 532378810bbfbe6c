import { counted } from "@rainhooks/core/counted";
import { DAY_MS } from "@rainhooks/core/durations";
import { RainhooksError } from "@rainhooks/core/errors";
import { printData, printJson } from "@rainhooks/stage/commands/output";
import { shown } from "@rainhooks/stage/commands/progress";
import { reachStage, type StageSelection } from "@rainhooks/stage/commands/reach-stage";
import { formatTable } from "@rainhooks/stage/terminal/format-table";
import { formatTime } from "@rainhooks/stage/terminal/time";
import type { alarmLoad } from "../alarms/kpi.ts";
import { requireRule } from "../alarms/select-alarms.ts";
import type { AlarmDifference } from "../back-test/differences.ts";
import type { Episode } from "../episode.ts";
import { ruleTableOf } from "../operations/tables.ts";
import { testRule } from "../operations/test-rule.ts";
import type { Rule, RuleVersion } from "../rule/rule.ts";
import { versionsOf } from "../rules/rule-history.ts";
import type { WatchRuleTable } from "../rules/rule-store.ts";
import { type RuleSource, ruleFrom } from "./add-rule.ts";
import { givenFields } from "./rule-options.ts";

/** Options of `watch test`. */
export interface TestRuleOptions extends StageSelection, RuleSource {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly against?: string | undefined;
  readonly maxTime?: number | undefined;
  readonly maxDeliveries?: number | undefined;
  readonly json?: boolean | undefined;
}

const DEFAULT_DAYS = 7;
const MAX_SHOWN = 50;

/**
 * Tries a rule on the archive, and prints the alarms that it would have found. It sends and stores nothing.
 */
export async function testCommand(named: string | undefined, options: TestRuleOptions): Promise<void> {
  const { to: toMs = Date.now(), from: fromMs = toMs - DEFAULT_DAYS * DAY_MS } = options;
  const reached = await reachStage(options);
  const rule = await testedRule(ruleTableOf(reached), named, options);
  const against =
    options.against === undefined ? undefined : await storedVersion(ruleTableOf(reached), options.against);
  const limits = { maxTimeMs: options.maxTime, maxDeliveries: options.maxDeliveries };
  const tested = await shown((progress) =>
    testRule(reached, { rule, fromMs, toMs, against, limits }, progress),
  );
  const { load, alarms, differences, ...read } = tested;
  if (options.json) {
    await printJson(`${JSON.stringify({ ...read, load, alarms, differences }, undefined, 2)}\n`);
    return;
  }
  const stopped =
    read.reachedMs === undefined
      ? []
      : [
          `Stopped after ${counted(read.deliveries, "delivery", "deliveries")}: what was published from ${formatTime(read.reachedMs)} UTC on was not read.`,
        ];
  await printData(
    `${[summaryOf(alarms, load), ...stopped, ...tablesOf(alarms, differences)].join("\n\n")}\n`,
  );
}

/** The name of a rule that needs none, because it is not stored. */
const UNNAMED = "tested";
/** The name of a stored rule, with or without a version: such as `offline-10m@3`. */
const STORED = /^([a-z][a-z0-9-]*)(?:@(\d+))?$/;

/** Returns the rule to try: the fields that were given, a file, or a rule of the stage. */
async function testedRule(
  table: WatchRuleTable,
  named: string | undefined,
  options: TestRuleOptions,
): Promise<Rule> {
  if (options.file !== undefined) return ruleFrom(named, options);
  if (givenFields(options).length > 0) return ruleFrom(named ?? UNNAMED, options);
  if (named === undefined)
    throw new RainhooksError(
      "input-invalid",
      "Say which rule: the name of one of the stage, --file, or what it is, such as --kind offline --for 10m.",
    );
  return STORED.test(named) ? (await storedVersion(table, named)).rule : ruleFrom(undefined, { file: named });
}

async function storedVersion(table: WatchRuleTable, text: string): Promise<RuleVersion> {
  const [, name = text, number] = STORED.exec(text) ?? [];
  const versions = versionsOf(await requireRule(table, name));
  const found =
    number === undefined ? versions.at(-1) : versions.find(({ version }) => version === Number(number));
  if (found !== undefined) return found;
  const known = versions.map(({ version }) => `${name}@${version}`).join(", ");
  throw new RainhooksError("not-found", `There is no version ${text}. There are: ${known}.`);
}

/** Such as "14 alarms on 9 nodes, no flood". */
function summaryOf(
  alarms: readonly Episode[],
  { nodes, floodShare, perDay, mostInTenMinutes }: ReturnType<typeof alarmLoad>,
): string {
  const parts = [
    `${counted(alarms.length, "alarm")} on ${counted(nodes, "node")}`,
    floodShare === 0 ? "no flood" : `a flood in ${(floodShare * 100).toFixed(1)} % of the time`,
  ];
  return `${parts.join(", ")} (${perDay.toFixed(1)} a day, at most ${mostInTenMinutes} in ten minutes)`;
}

function tablesOf(
  alarms: readonly Episode[],
  differences: readonly AlarmDifference<Episode>[] | undefined,
): string[] {
  if (differences !== undefined)
    return [
      differences.length === 0
        ? "Both versions find the same."
        : limited(["", "node", "start (UTC)", "end (UTC)"], differences.map(differenceRow)),
    ];
  return alarms.length === 0
    ? []
    : [limited(["node", "start (UTC)", "raised (UTC)", "end (UTC)"], alarms.map(alarmRow))];
}

function limited(header: string[], rows: string[][]): string {
  const more = rows.length > MAX_SHOWN ? `\n… and ${rows.length - MAX_SHOWN} more: use --json` : "";
  return `${formatTable(header, rows.slice(0, MAX_SHOWN))}${more}`;
}

const subject = ({ nodeId, series }: Pick<Episode, "nodeId" | "series">) =>
  series === undefined ? nodeId : `${nodeId} ${series}`;
const optionalTime = (atMs: number | undefined) => (atMs === undefined ? "-" : formatTime(atMs));

function alarmRow(alarm: Episode): string[] {
  return [subject(alarm), formatTime(alarm.startMs), formatTime(alarm.raisedMs), optionalTime(alarm.endMs)];
}

const DIFFERENCE = { "only-first": "only here", "only-second": "only there", "other-end": "other end" };

function differenceRow({ kind, first, second }: AlarmDifference<Episode>): string[] {
  const alarm = first ?? second;
  return alarm === undefined
    ? []
    : [DIFFERENCE[kind], subject(alarm), formatTime(alarm.startMs), optionalTime(alarm.endMs)];
}
