import { CloudwatchCompositeAlarm } from "@cdktf/provider-aws/lib/cloudwatch-composite-alarm/index.js";
import type { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js";
import { chunk } from "@rainhooks/core/collections";
import { nameOf } from "@rainhooks/stack/names";
import type { Cause, CloudwatchAlarm } from "@rainhooks/stack/watching/alarm";
import type { Construct } from "constructs";
import type { StageConfig } from "../config.ts";

/**
 * Alarms of one page, each of which may ask for another: a composite alarm has 100 at most. Source: Amazon
 * CloudWatch API reference, "PutCompositeAlarm".
 */
const MAX_CHILDREN = 50;

/** What each page says. */
const TEXT: Readonly<Record<Cause, string>> = {
  topic: "A topic that has events each day had none for a day",
  "nothing-in": "No events come in",
  "nothing-out": "Events do not get out to a destination",
  lost: "Events are lost, or will be",
  archive: "The archive fails or is behind, and everything else could be made from it",
  behind: "A function fails, does not run, or is behind",
};

/** An alarm of a stage, as it is deployed. */
export interface DeployedAlarm {
  readonly alarm: CloudwatchAlarm;
  readonly made: CloudwatchMetricAlarm;
  readonly isMuted: boolean;
}

/** Returns the name of the page of a cause. */
function pageName(cause: Cause): string {
  return cause === "topic" ? "topic-silent" : `page-${cause}`;
}

/** Returns the names of the pages that alarms belong to. */
export function pagesOf(alarms: readonly CloudwatchAlarm[]): string[] {
  return [...new Set(alarms.flatMap(({ cause }) => (cause === undefined ? [] : [pageName(cause)])))];
}

/** Who is told of pages. */
interface PageOptions {
  /** Whether a page is muted, by its name. */
  readonly isMuted: (page: string) => boolean;
  /** ARNs of the topics that are told. */
  readonly topicArns: (level: "now" | "today") => string[];
}

/**
 * Makes one alarm for each cause, which is on while an alarm of that cause is: one cause sends one page,
 * however many alarms it turns on. The reason in the message names the alarm, and so the function. A topic
 * that is silent waits for working hours.
 *
 * @param alarms All of the stage; muted ones turn no page on.
 * @returns Their ARNs.
 */
export function makePages(
  scope: Construct,
  config: StageConfig,
  alarms: readonly DeployedAlarm[],
  { isMuted, topicArns }: PageOptions,
): string[] {
  const quoted = (name: string) => `"${nameOf(config, name)}"`;
  const makePage = (cause: Cause, part: readonly DeployedAlarm[], index: number) => {
    const page = pageName(cause);
    const name = index === 0 ? page : `${page}-${index + 1}`;
    const level = cause === "topic" ? "today" : "now";
    const asked = new Set(part.flatMap(({ alarm }) => [alarm.name, alarm.onceKnown]));
    return new CloudwatchCompositeAlarm(scope, name, {
      alarmName: nameOf(config, name),
      alarmDescription: `${TEXT[cause]}. The reason names the alarm and its function, such as ${part[0]?.alarm.name}: rainhooks docs ${part[0]?.alarm.name}. First: rainhooks docs ${page}`,
      alarmRule: part.map(({ alarm }) => isOn(alarm, quoted)).join(" OR "),
      ...(isMuted(page) ? { actionsEnabled: false } : {}),
      alarmActions: topicArns(level),
      ...(level === "now" ? { okActions: topicArns(level) } : {}),
      tags: { level },
      dependsOn: alarms.flatMap(({ alarm, made }) => (asked.has(alarm.name) ? [made] : [])),
    }).arn;
  };
  const heard = alarms.filter((one) => !one.isMuted);
  return [...Map.groupBy(heard, ({ alarm }) => alarm.cause)].flatMap(([cause, all]) =>
    cause === undefined ? [] : chunk(all, MAX_CHILDREN).map((part, index) => makePage(cause, part, index)),
  );
}

/** Source of the format: Amazon CloudWatch API reference, "PutCompositeAlarm". */
function isOn({ name, onceKnown }: CloudwatchAlarm, quoted: (name: string) => string): string {
  const on = `ALARM(${quoted(name)})`;
  return onceKnown === undefined ? on : `(${on} AND OK(${quoted(onceKnown)}))`;
}
