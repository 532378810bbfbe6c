import { GetItemCommand, QueryCommand, type QueryCommandInput } from "@aws-sdk/client-dynamodb";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { changeItem, putUnchanged } from "@rainhooks/dynamodb/put-if";
import { queryAll, type TableAccess } from "@rainhooks/dynamodb/read-all";
import type { RuleVersion } from "../rule/rule.ts";
import { byAlarmIdIndex, byDayIndex, byOpenIndex } from "../watch-tables.ts";
import type { Alarm } from "./alarm.ts";
import { keysIn } from "./alarm-index.ts";
import {
  ALARM_PREFIX,
  fromAlarmItem,
  GROUPS,
  subjectOf,
  timeText,
  toAlarmItem,
  versionPrefix,
} from "./alarm-item.ts";

/** Reads all alarms of a node. */
export function readAlarmsOf(table: TableAccess, nodeId: string): Promise<Alarm[]> {
  return alarmsUnder(table, subjectOf(nodeId));
}

/** Reads all alarms about a group of nodes. It reads those of all groups, which are few. */
export async function readAlarmsOfGroup(table: TableAccess, group: string): Promise<Alarm[]> {
  return (await alarmsUnder(table, GROUPS)).filter(({ nodeId }) => nodeId === group);
}

function alarmsUnder(table: TableAccess, subject: string): Promise<Alarm[]> {
  return alarmsIn(table, {
    KeyConditionExpression: "subject = :subject AND begins_with(#item, :prefix)",
    ExpressionAttributeValues: { ":subject": { S: subject }, ":prefix": { S: ALARM_PREFIX } },
  });
}

/** Reads the alarms about groups under a version of a rule that began from a time on, and those that last. */
export async function readGroupAlarms(
  table: TableAccess,
  { rule, version }: Pick<RuleVersion, "rule" | "version">,
  fromMs: number,
): Promise<Alarm[]> {
  const prefix = versionPrefix(rule.name, version);
  const earlier: Alarm[] = [];
  for await (const alarm of openAlarms(table, rule.name))
    if (alarm.version === version && alarm.startMs < fromMs) earlier.push(alarm);
  const alarms = await alarmsIn(table, {
    KeyConditionExpression: "subject = :subject AND #item BETWEEN :from AND :to",
    ExpressionAttributeValues: {
      ":subject": { S: GROUPS },
      ":from": { S: `${prefix}${timeText(fromMs)}` },
      ":to": { S: `${prefix}~` },
    },
  });
  return [...earlier, ...alarms];
}

async function alarmsIn(table: TableAccess, range: Partial<QueryCommandInput>): Promise<Alarm[]> {
  const names = { ExpressionAttributeNames: { "#item": "item" } };
  const items = await queryAll(table, { ...range, ...names, ConsistentRead: true });
  return items.map(fromAlarmItem).filter((alarm) => alarm !== undefined);
}

/**
 * Writes an alarm, unless it was changed since it was read.
 *
 * @param before As it was read; `undefined` if there was none.
 * @returns False if it was changed.
 */
export function putAlarm(table: TableAccess, alarm: Alarm, before: Alarm | undefined): Promise<boolean> {
  return putUnchanged({ ...table, ...VERSIONED }, toAlarmItem(alarm), before?.revision);
}

const VERSIONED = { key: ["subject", "item"], version: "revision" };

/** An alarm after it was to be changed. */
export interface StoredChange {
  /** As it is stored now; `undefined` if it is not there any more. */
  readonly alarm: Alarm | undefined;
  readonly isChanged: boolean;
}

/**
 * Changes a stored alarm, whatever others change at the same time.
 *
 * @param change Returns `undefined` to leave it as it is.
 * @param known As it was read; absent to read it.
 * @throws {RainhooksError} `write-conflict` if others change it again and again.
 */
export async function changeStored(
  table: TableAccess,
  key: Attributes,
  change: (alarm: Alarm) => Alarm | undefined,
  known?: Alarm | undefined,
): Promise<StoredChange> {
  const changed = known && change(known);
  if (changed !== undefined && (await putAlarm(table, changed, known)))
    return { alarm: changed, isChanged: true };
  const { item, isChanged } = await changeItem({ ...table, ...VERSIONED }, key, (stored = {}) => {
    const alarm = fromAlarmItem(stored);
    const next = alarm && change(alarm);
    return next && toAlarmItem(next);
  });
  return { alarm: item && fromAlarmItem(item), isChanged };
}

/** Reads an alarm by its primary key. */
export async function readAlarm(
  { client, tableName }: TableAccess,
  { subject = NO_KEY, item = NO_KEY }: Attributes,
): Promise<Alarm | undefined> {
  const command = new GetItemCommand({ TableName: tableName, Key: { subject, item }, ConsistentRead: true });
  const { Item } = await client.send(command);
  return Item === undefined ? undefined : fromAlarmItem(Item);
}

const NO_KEY = { S: "" };

/** Finds an alarm by its id. */
export async function findAlarm(table: TableAccess, alarmId: string): Promise<Alarm | undefined> {
  const { Items = [] } = await table.client.send(
    new QueryCommand({
      TableName: table.tableName,
      IndexName: byAlarmIdIndex.name,
      KeyConditionExpression: "alarmId = :id",
      ExpressionAttributeValues: { ":id": { S: alarmId } },
    }),
  );
  const [key] = Items;
  return key === undefined ? undefined : await readAlarm(table, key);
}

/** Yields the open alarms of a rule, those that were raised last first. */
export function openAlarms(table: TableAccess, rule: string): AsyncGenerator<Alarm> {
  return alarmsAt(table, keysIn(table, byOpenIndex, { key: rule, newestFirst: true }));
}

/** Yields the alarms that were raised on a UTC day, oldest first. */
export function alarmsOfDay(table: TableAccess, day: string): AsyncGenerator<Alarm> {
  return alarmsAt(table, keysIn(table, byDayIndex, { key: day }));
}

/** Number of alarms that are read at the same time. */
const READS_AT_ONCE = 32;

/** Reads the alarms with some keys, many at once, and yields them in the order of the keys. */
export async function* alarmsAt(
  table: TableAccess,
  keys: AsyncIterable<Attributes> | Iterable<Attributes>,
): AsyncGenerator<Alarm> {
  const read = async (some: readonly Attributes[]) =>
    (await Promise.all(some.map((key) => readAlarm(table, key)))).filter((alarm) => alarm !== undefined);
  let next: Attributes[] = [];
  for await (const key of keys) {
    next.push(key);
    if (next.length < READS_AT_ONCE) continue;
    yield* await read(next);
    next = [];
  }
  yield* await read(next);
}
