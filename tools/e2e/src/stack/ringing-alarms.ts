import { readFileSync } from "node:fs";
import { join } from "node:path";
import { HOUR_MS, MINUTE_MS } from "@rainhooks/core/durations";
import { ALL_CHECKS } from "@rainhooks/extensions/checks";
import type { StageConfig } from "@rainhooks/infra/config";
import { synthesize } from "@rainhooks/infra/synthesize";
import {
  compositeState,
  type DataPoint,
  metricsOf,
  type Range,
  type State,
  statesOf,
} from "@rainhooks/infra/testing/alarm-evaluator";
import { References } from "@rainhooks/infra/testing/references";
import { production } from "@rainhooks/infra/testing/stages";
import {
  outputsIn,
  type ResourceJson,
  resources,
  type StackJson,
} from "@rainhooks/stack/stack-json";
import type { HourlyAlarm } from "@rainhooks/stage/outputs";
import { ROUND_MINUTES } from "@rainhooks/stage/rounds/round-check";
import { roundsIn } from "./played-rounds.ts";

/** The stage that is played. */
export const PLAYED_STAGE = "test";

/** Namespaces of the metrics that are played. */
const PLAYED = ["AWS/SQS", "AWS/Lambda", "Rainhooks"];

/** What is looked at in a stage. */
interface Watching {
  /** Alarms and pages of CloudWatch. */
  readonly alarms: readonly ResourceJson[];
  /** What the rounds look at in CloudWatch. */
  readonly hourly: readonly HourlyAlarm[];
}

const synthesized = new Map<string, Watching>();

/** Returns the alarms of a stage. A synthesis takes seconds, so that each stage has one. */
function alarmsOf(config: StageConfig): Watching {
  const name = JSON.stringify(config);
  const alarms = synthesized.get(name) ?? readAlarms(config);
  synthesized.set(name, alarms);
  return alarms;
}

/**
 * Returns the alarms of a stage on metrics that are played, with the names of their queues and
 * functions, and its pages.
 */
function readAlarms(config: StageConfig): Watching {
  const { stack } = synthesize({ ...config, name: PLAYED_STAGE });
  const known = namesIn(stack);
  const pages = resources(stack, "aws_cloudwatch_composite_alarm").map(([, page]) => page);
  const alarms = resources(stack, "aws_cloudwatch_metric_alarm")
    .map(([, alarm]) => alarm)
    .filter((alarm) =>
      metricsOf(alarm).every(([, { namespace }]) => PLAYED.includes(String(namespace))),
    )
    .map(({ dimensions, metric_query, ...alarm }) => ({
      ...alarm,
      ...(dimensions === undefined ? {} : { dimensions: known.resolveAll(dimensions) }),
      ...(metric_query === undefined ? {} : { metric_query: known.resolveAll(metric_query) }),
    }));
  const hourly = outputsIn(stack).rounds?.hourly ?? [];
  return { alarms: [...pages, ...alarms], hourly };
}

/** Returns the names of the queues and functions of a stack. */
function namesIn(stack: StackJson): References {
  const known = new References();
  for (const [id, queue] of resources(stack, "aws_sqs_queue"))
    known.add(`aws_sqs_queue.${id}`, { name: String(queue["name"]) });
  for (const [id, lambda] of resources(stack, "aws_lambda_function"))
    known.add(`aws_lambda_function.${id}`, { function_name: String(lambda["function_name"]) });
  return known;
}

/** An alarm that rings, and in which minutes after the beginning. */
interface Ringing {
  readonly name: string;
  readonly minutes: readonly number[];
}

/**
 * Returns the alarms and pages that notify somebody. Muted alarms, and alarms that only their page
 * reports, do not. Alarms without simulated metrics are off.
 */
function ringing(
  alarms: readonly ResourceJson[],
  points: readonly DataPoint[],
  range: Range,
): Ringing[] {
  const nameOf = (alarm: ResourceJson) => String(alarm["alarm_name"]);
  const single = new Map<string, readonly State[]>();
  for (const alarm of alarms)
    if (alarm["alarm_rule"] === undefined)
      single.set(nameOf(alarm), statesOf(alarm, points, range));
  const minutes = Array.from(
    { length: (range.toMs - range.fromMs) / MINUTE_MS + 1 },
    (_, minute) => minute,
  );
  return alarms
    .filter((alarm) => alarm["actions_enabled"] !== false)
    .map((alarm) => {
      const rule = alarm["alarm_rule"];
      const stateAt = (minute: number) =>
        rule === undefined
          ? single.get(nameOf(alarm))?.[minute]
          : compositeState(String(rule), (name) => single.get(name)?.[minute] ?? "OK");
      const name = nameOf(alarm).slice(`rainhooks-${PLAYED_STAGE}-`.length);
      return { name, minutes: minutes.filter((minute) => stateAt(minute) === "ALARM") };
    })
    .filter(({ minutes: on }) => on.length > 0);
}

const HOUR = HOUR_MS / MINUTE_MS;
const DAY = 24 * HOUR;

/** A story of a production stage. */
interface Story {
  readonly name: string;
  /** When it begins and ends, minutes after the beginning. */
  readonly minutes: readonly [from: number, to: number];
}

/** What rang in a play, minutes after the beginning of the fault. */
export interface Rung {
  readonly name: string;
  readonly from: number;
  /** The first minute in which it is off again; `undefined` if that is not played. */
  readonly until: number | undefined;
  /** How often it began. */
  readonly times: number;
}

/**
 * Returns what rings while metrics are as they are.
 *
 * @param from When the fault begins, minutes after the beginning.
 * @param others Minutes of rounds in which they have found something else, by alarm.
 */
export async function rungIn(
  points: readonly DataPoint[],
  range: Range,
  from: number,
  config = production,
  others: ReadonlyMap<string, readonly number[]> = new Map(),
): Promise<Rung[]> {
  const length = (range.toMs - range.fromMs) / MINUTE_MS;
  const { alarms, hourly } = alarmsOf(config);
  const found = await roundsIn(hourly, points, range);
  const later = [...others].map(
    ([name, rounds]) => [name, rounds.flatMap((minute) => untilNextRound(minute, length))] as const,
  );
  const rounds = [...found, ...later].map(([name, minutes]) => ({ name, minutes }));
  const rung = [...ringing(alarms, points, range), ...rounds];
  return rung.map(({ name, minutes: on }) => {
    const first = on[0] ?? 0;
    const last = on.at(-1) ?? first;
    const times = on.filter((minute, index) => on[index - 1] !== minute - 1).length;
    return {
      name,
      from: first - from,
      until: last === length ? undefined : last + 1 - from,
      times,
    };
  });
}

/** Returns the minutes from one round to the next. */
function untilNextRound(minute: number, length: number): number[] {
  const all = Array.from({ length: ROUND_MINUTES }, (_, index) => minute + index);
  return all.filter((one) => one <= length);
}

/** Whether somebody is told at once, also at night. */
export function isPage({ name }: Pick<Rung, "name">): boolean {
  return (
    name.startsWith("page-") || ALL_CHECKS.some((one) => one.level === "now" && one.name === name)
  );
}

/** Returns the row of a play in the table of docs/runbook.md. */
export function rowOf({ name, minutes: [from, to] }: Story, rung: readonly Rung[]): string {
  const said = (is: (one: Rung) => boolean) =>
    rung
      .filter(is)
      .map((one) => `\`${one.name}\` ${spanOf(one, to - from)}`)
      .join(", ") || "–";
  return `| ${name} | ${said(isPage)} | ${said((one) => !isPage(one))} |`;
}

/** Such as "after 5 min, to 12 min after its end". */
function spanOf({ from, until, times }: Rung, lengthMin: number): string {
  const begins = `after ${lengthOf(from)}${times === 1 ? "" : `, ${times} times`}`;
  if (until === undefined) return `${begins}, on`;
  const rest = until - lengthMin;
  return `${begins}, to ${rest < 0 ? `${lengthOf(-rest)} before` : `${lengthOf(rest)} after`} its end`;
}

function lengthOf(minutes: number): string {
  if (minutes < 3 * HOUR) return `${minutes} min`;
  return minutes < 3 * DAY
    ? `${(minutes / HOUR).toFixed(1)} h`
    : `${(minutes / DAY).toFixed(1)} days`;
}

/** Returns the rows of tables in docs/runbook.md, without the spaces that fill their columns. */
export function runbookRows(): string[] {
  const page = readFileSync(join(import.meta.dirname, "../../../../docs/runbook.md"), "utf8");
  return page
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) => line.replaceAll(/ {2,}/g, " "));
}
