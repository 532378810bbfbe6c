import { SHIPPED } from "@rainhooks/app-list";
import { ALL_CHECKS } from "@rainhooks/extensions/checks";
import type { StageConfig } from "@rainhooks/infra/config";
import { PARTS } from "@rainhooks/infra/parts";
import { synthesize } from "@rainhooks/infra/synthesize";
import { alarmDollars, alarmsIn, outputsIn, type ResourceJson } from "@rainhooks/stack/stack-json";
import { hourlyMetrics } from "@rainhooks/stage/rounds/checks/hourly";
import { tableOf } from "./markdown.ts";

const HEAD = `# Alarms of a stage

What rings, and when somebody should look: \`now\` also at night, \`today\` within working hours. What to do about each is in the [runbook](runbook.md), and in the
terminal: \`rainhooks docs <alarm>\`, which the alarm says, too. Every alarm reaches \`alarms.emails\` and \`alarms.topicArn\` of the
stage. The level is a tag of the alarm, too. \`alarms.mute\` and \`functions.<name>.alarms\` ([fields](stage-fields.md)) change them.

**Pages** are the alarms of level \`now\`, and only they also reach \`alarms.urgentTopicArn\`. A page is a composite alarm: it is on while one of the alarms in its row
is. So one cause sends one page, however many alarms it turns on, and the reason in the message names the alarm and its function. While a page is on, a second
cause of the same kind sends no second page. The dashboard and the mails of the single alarms show it.
A page also says when it is over, and single alarms do not. When a stage is first deployed, each page says once that it is over.

**The rounds** are one function that looks every five minutes at what needs no alarm of its own. It tells the same topics when something begins, once a day while it lasts, and when
it is over. Its messages have the subject and the fields of CloudWatch's. Their alarms cost nothing; the function costs some cents a month.

A stage for experiments has no rounds, and no alarms for functions that do not run. It has no pages, unless it has \`urgentTopicArn\`.

CloudWatch counts dollars by the metrics that an alarm evaluates. These are the alarms of Rainhooks itself; alarms about nodes are [another thing](watch.md).

This page is made from the stacks by \`npm run reference\`.
`;

const STAGE = "prod";
const PREFIX = `rainhooks-${STAGE}-`;

/** A production stage that has each alarm of the platform at least once. */
export const WITH_ALL: StageConfig = {
  name: STAGE,
  region: "us-east-1",
  accountId: "123456789012",
  production: true,
  state: { bucket: "example-state", region: "us-east-1" },
  alarms: { emails: ["ops@example.com"] },
  archive: { firstDay: "2026-11-25" },
};

/** Production stages that have each alarm at least once. */
export const STAGES: readonly StageConfig[] = [
  WITH_ALL,
  ...PARTS.flatMap(({ variants = [] }) => variants.map((fields) => ({ ...WITH_ALL, ...fields }))),
];

/** Returns the text of docs/stage-alarms.md. */
export function alarmsPage(): string {
  const rows = new Map<string, readonly string[]>();
  for (const stage of STAGES) {
    const { stack } = synthesize(stage);
    for (const alarm of alarmsIn(stack)) {
      const name = String(alarm["alarm_name"]).slice(PREFIX.length);
      const { pattern, text } = patternOf(name, withoutPage(String(alarm["alarm_description"])));
      if (!rows.has(pattern)) rows.set(pattern, rowOf(pattern, text, alarm));
    }
    for (const { name, description, ...alarm } of outputsIn(stack).rounds?.hourly ?? []) {
      const { pattern, text } = patternOf(name, description);
      const often = oftenOf(alarm.periods, alarm.periodS);
      const rings = `rounds, within an hour: more than ${alarm.max} ${often}`;
      rows.set(pattern, [`\`${pattern}\``, hourlyMetrics.level, text, rings, "-"]);
    }
  }
  for (const { alarmOf, level, description, toldWhen, name } of ALL_CHECKS) {
    const pattern = alarmOf("<function>");
    if (name !== hourlyMetrics.name)
      rows.set(pattern, [`\`${pattern}\``, level, description, `rounds: ${toldWhen}`, "-"]);
  }
  const sorted = [...rows].toSorted(([a], [b]) => a.localeCompare(b)).map(([, row]) => row);
  const headers = ["alarm", "level", "why, and what to do", "rings", "$ a month"];
  return `${HEAD}\n${tableOf(headers, sorted)}\n`;
}

function withoutPage(description: string): string {
  return description.replace(
    /( What to do| The reason names the alarm.*): rainhooks docs \S+$/,
    "",
  );
}

/** An alarm that functions or tables have alike stands once. */
function patternOf(
  name: string,
  description: string,
): { readonly pattern: string; readonly text: string } {
  const functions = SHIPPED.map((one) => one.name).toSorted((a, b) => b.length - a.length);
  const owner = functions.find((one) => COMMON.some((suffix) => name === `${one}-${suffix}`));
  if (owner !== undefined)
    return {
      pattern: name.replace(owner, "<function>"),
      text: description.replaceAll(new RegExp(`\\b${owner}\\b`, "g"), "the function"),
    };
  const [, table] = /^(.*)-table$/.exec(name) ?? [];
  if (table === undefined) return { pattern: name, text: description };
  return { pattern: "<table>-table", text: description.replace(` ${table} `, " ") };
}

/** What the names of alarms of functions end with. */
const COMMON = ["dead-letters", "late", "stuck", "failing", "stopped", "behind", "one-node"];

function rowOf(pattern: string, text: string, alarm: ResourceJson): string[] {
  const { level } = alarm["tags"] as { readonly level: string };
  const cost = alarmDollars([alarm]).toFixed(2);
  if (alarm["alarm_rule"] !== undefined) {
    const rung = [...String(alarm["alarm_rule"]).matchAll(/\bALARM\("([^"]+)"\)/g)].map(
      ([, name = ""]) => patternOf(name.slice(PREFIX.length), "").pattern,
    );
    const names = [...new Set(rung)].map((name) => `\`${name}\``);
    return [`\`${pattern}\``, level, text, `one of ${names.join(", ")}`, cost];
  }
  const sign = alarm["comparison_operator"] === "LessThanThreshold" ? "less than" : "more than";
  const periodS = Number(alarm["period"] ?? periodOf(alarm));
  const periods = Number(alarm["evaluation_periods"]);
  const enough = Number(alarm["datapoints_to_alarm"] ?? periods);
  const rings = `${sign} ${alarm["threshold"]} ${oftenOf(periods, periodS, enough)}`;
  return [`\`${pattern}\``, level, text.replaceAll("|", "\\|"), rings, cost];
}

function oftenOf(periods: number, periodS: number, enough = periods): string {
  const times = periods === 1 || enough < periods ? "" : `${periods} times `;
  const of = enough < periods ? `, ${enough} of ${periods} times` : "";
  return `${times}within ${lengthOf(periodS)}${of}`;
}

/** Metrics of an expression have the same period. */
function periodOf({ metric_query: queries }: ResourceJson): number {
  const all = queries as readonly { readonly metric?: { readonly period: number } }[];
  return all.find(({ metric }) => metric !== undefined)?.metric?.period ?? 0;
}

function lengthOf(seconds: number): string {
  return seconds >= 3600 ? `${seconds / 3600} h` : `${seconds / 60} min`;
}
