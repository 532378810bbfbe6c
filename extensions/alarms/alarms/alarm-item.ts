import { hash } from "node:crypto";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { DAY_MS, SECOND_MS } from "@rainhooks/core/durations";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { timeText } from "@rainhooks/node-status/time-text";
import { isGroupKind, type Severity } from "../rule/rule.ts";
import { type Alarm, isOpen, lookMsOf, sendMsOf, unhandledFromMs } from "./alarm.ts";

const VERSION_DIGITS = 6;
/** Days until an alarm is deleted after its end. */
const KEEP_DAYS = 400;

/** Returns the partition of what alarms are about: a node, or a group of nodes. */
export function nodeKey(nodeId: string): string {
  return `node#${nodeId}`;
}

/** What the sort keys of alarms begin with. */
export const ALARM_PREFIX = "alarm#";

/** What the primary key of an alarm follows from. */
export type AlarmKeyFields = Pick<
  Alarm,
  "kind" | "nodeId" | "rule" | "version" | "startMs" | "series"
>;

/** Returns the primary key of an alarm. */
export function alarmKey({
  kind,
  nodeId,
  rule,
  version,
  startMs,
  series = "",
}: AlarmKeyFields): Attributes {
  const isOfGroup = isGroupKind(kind);
  const item = `${versionPrefix(rule, version)}${timeText(startMs)}#${isOfGroup ? nodeId : series}`;
  return { subject: { S: isOfGroup ? GROUPS : nodeKey(nodeId) }, item: { S: item } };
}

/** The one partition of all alarms about groups of nodes. */
export const GROUPS = "groups";

/**
 * Returns what the sort keys of alarms of a version of a rule begin with, before the start of the
 * alarm.
 */
export function versionPrefix(rule: string, version: number): string {
  return `${ALARM_PREFIX}${rule}#${String(version).padStart(VERSION_DIGITS, "0")}#`;
}

/** Returns true for the key of an alarm of a rule. */
export function isOfRule({ item }: Attributes, rule: string): boolean {
  return item?.S?.startsWith(`${ALARM_PREFIX}${rule}#`) === true;
}

/** What sort keys begin with of what has to be evaluated at a time. */
export const PENDING_PREFIX = "pending#";

/** Parts of the sort key of an alarm before what it is about: prefix, rule, version, start. */
const PARTS_BEFORE = 4;

/** Returns what a primary key is about: a node, one of its series, or a group of nodes. */
export function aboutOf({ subject, item }: Attributes): Pick<Alarm, "nodeId" | "series"> {
  const about = subject?.S ?? "";
  const text = item?.S ?? "";
  const rest = text.startsWith(PENDING_PREFIX)
    ? text.slice(PENDING_PREFIX.length)
    : text.split("#").slice(PARTS_BEFORE).join("#");
  if (about === GROUPS) return { nodeId: rest };
  return { nodeId: about.slice(nodeKey("").length), series: rest === "" ? undefined : rest };
}

/**
 * Parts of each partition of an index: DynamoDB takes 1,000 writes a second of each. Source:
 * DynamoDB developer guide, "Partition key design".
 */
const SHARDS = 4;

/** Returns the partitions of an index that have what belongs to a key. */
export function shardsOf(key: string): string[] {
  return Array.from({ length: SHARDS }, (_, shard) => `${key}#${shard}`);
}

/** Returns the partition of an index for something with an id. */
export function shardOf(key: string, id: string): string {
  return `${key}#${hash("sha256", id, "buffer").readUInt8() % SHARDS}`;
}

/**
 * What is done when something is due: a message is sent, or something is looked at; by the pass of
 * a sweep that does it.
 */
export const dueKeys = {
  send: (severity: Severity) => `send#${severity}`,
  look: (pass: string) => `look#${pass}`,
};

/** Converts an alarm to an item of the table. */
export function toAlarmItem(alarm: Alarm): Attributes {
  const key = alarmKey(alarm);
  const sendMs = sendMsOf(alarm);
  const lookMs = lookMsOf(alarm);
  const dueMs = Math.min(sendMs, lookMs);
  const raised = `${timeText(alarm.raisedMs)}#${alarm.alarmId}`;
  const endMs = alarm.retractedMs ?? alarm.endMs;
  const { alarmId, severity, rule } = alarm;
  // A sweep that looks at an alarm sends its message, too.
  const due = lookMs <= sendMs ? dueKeys.look(severity) : dueKeys.send(severity);
  return {
    ...key,
    alarmId: { S: alarmId },
    day: { S: shardOf(dayText(alarm.raisedMs), alarmId) },
    dayKey: { S: raised },
    ...(isOpen(alarm)
      ? {
          open: { S: shardOf(rule, alarmId) },
          openKey: { S: openKey(raised, unhandledFromMs(alarm)) },
        }
      : {}),
    ...(dueMs === Number.POSITIVE_INFINITY
      ? {}
      : { due: { S: shardOf(due, alarmId) }, dueKey: { S: `${timeText(dueMs)}#${alarmId}` } }),
    ...(endMs === undefined
      ? {}
      : { expiresAtS: { N: String(Math.ceil((endMs + KEEP_DAYS * DAY_MS) / SECOND_MS)) } }),
    revision: { N: String(alarm.revision) },
    alarm: { M: marshall(alarm, { removeUndefinedValues: true }) },
  };
}

/** Its last part, from when on nobody handles the alarm, is there only if somebody does. */
function openKey(raised: string, fromMs: number): string {
  return fromMs === 0 ? raised : `${raised}#${timeText(Math.min(fromMs, Number.MAX_SAFE_INTEGER))}`;
}

/** Reads the sort key of an open alarm. */
export function readOpenKey(key: string): {
  readonly alarmId: string;
  readonly unhandledFromMs: number;
} {
  const [, alarmId = "", fromMs = 0] = key.split("#");
  return { alarmId, unhandledFromMs: Number(fromMs) };
}

/** Converts an item of the table to an alarm; `undefined` for an item of another kind. */
export function fromAlarmItem(item: Attributes): Alarm | undefined {
  const alarm = item["alarm"]?.M;
  // The table has only what toAlarmItem has written.
  return alarm === undefined ? undefined : (unmarshall(alarm) as Alarm);
}

/** Returns the UTC day of a time, such as `2026-11-24`. */
export function dayText(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}
