import { readFileSync } from "node:fs";
import { join } from "node:path";
import { HOUR_MS, MINUTE_MS } from "@rainhooks/core/durations";
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
import { type ResourceJson, resources, type StackJson } from "@rainhooks/stack/stack-json";

/** The stage that is played. */
export const PLAYED_STAGE = "test";

/** Namespaces of the metrics that are played. */
const PLAYED = ["AWS/SQS", "AWS/Lambda", "Rainhooks"];

const synthesized = new Map<string, ResourceJson[]>();

/** Returns the alarms of a stage. A synthesis takes seconds, so that each stage has one. */
function alarmsOf(config: StageConfig): ResourceJson[] {
  const name = JSON.stringify(config);
  const alarms = synthesized.get(name) ?? readAlarms(config);
  synthesized.set(name, alarms);
  return alarms;
}

/**
 * Returns the alarms of a stage on metrics that are played, with the names of their queues and
 * functions, and its pages.
 */
function readAlarms(config: StageConfig): ResourceJson[] {
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
  return [...pages, ...alarms];
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
}

/**
 * Returns what rings while metrics are as they are.
 *
 * @param from When the fault begins, minutes after the beginning.
 */
export function rungIn(
  points: readonly DataPoint[],
  range: Range,
  from: number,
  config = production,
): Rung[] {
  const length = (range.toMs - range.fromMs) / MINUTE_MS;
  return ringing(alarmsOf(config), points, range).map(({ name, minutes: [first = 0, ...on] }) => {
    const last = on.at(-1) ?? first;
    return { name, from: first - from, until: last === length ? undefined : last + 1 - from };
  });
}

/** Returns the row of a play in the table of docs/runbook.md. */
export function rowOf({ name, minutes: [from, to] }: Story, rung: readonly Rung[]): string {
  const said = (is: (one: Rung) => boolean) =>
    rung
      .filter(is)
      .map((one) => `\`${one.name}\` ${spanOf(one, to - from)}`)
      .join(", ") || "–";
  const isPage = ({ name: alarm }: Rung) => alarm.startsWith("page-");
  return `| ${name} | ${said(isPage)} | ${said((one) => !isPage(one))} |`;
}

/** Such as "after 5 min, to 12 min after its end". */
function spanOf({ from, until }: Rung, lengthMin: number): string {
  if (until === undefined) return `after ${lengthOf(from)}, on`;
  const rest = until - lengthMin;
  return `after ${lengthOf(from)}, to ${rest < 0 ? `${lengthOf(-rest)} before` : `${lengthOf(rest)} after`} its end`;
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
