import type { Attributes } from "@rainhooks/dynamodb/key";
import type { TableAccess } from "@rainhooks/dynamodb/read-all";
import { byOpenIndex } from "../watch-tables.ts";
import { keysIn } from "./alarm-index.ts";
import { afterStart, GROUPS, subjectOf } from "./alarm-item.ts";

/** An open alarm as the index of open alarms has it. */
export interface OpenAlarm {
  readonly alarmId: string;
  readonly rule: string;
  /** The node that it is about, or the group of nodes. */
  readonly nodeId: string;
  /** Primary key of the alarm. */
  readonly key: Attributes;
  /** When it was raised, and its id, as a text that sorts by them. */
  readonly raised: string;
}

/** Maximum number of open alarms of a rule that are looked at. */
const MAX_OPEN_ALARMS = 100_000;

/**
 * Returns the open alarms of rules, those that were raised last first. It reads keys only: about 6,000 with
 * 100 read units.
 *
 * @param rules The names of the rules.
 */
export async function readOpenAlarms(table: TableAccess, rules: readonly string[]): Promise<OpenAlarm[]> {
  const found = await Promise.all(rules.map((rule) => openAlarmsOf(table, rule)));
  return found.flat().sort((a, b) => (a.raised > b.raised ? -1 : 1));
}

async function openAlarmsOf(table: TableAccess, rule: string): Promise<OpenAlarm[]> {
  const found: OpenAlarm[] = [];
  for await (const key of keysIn(table, byOpenIndex, { key: rule, newestFirst: true })) {
    found.push(openAlarmOf(key, rule));
    if (found.length === MAX_OPEN_ALARMS) break;
  }
  return found;
}

function openAlarmOf(indexed: Attributes, rule: string): OpenAlarm {
  const [subject, item] = [indexed["subject"]?.S ?? "", indexed["item"]?.S ?? ""];
  const raised = indexed[byOpenIndex.sortKey.name]?.S ?? "";
  return {
    alarmId: raised.slice(raised.indexOf("#") + 1),
    rule,
    nodeId: subject === GROUPS ? afterStart(item) : subject.slice(subjectOf("").length),
    key: { subject: { S: subject }, item: { S: item } },
    raised,
  };
}
