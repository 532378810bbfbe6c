import {
  GetItemCommand,
  PutItemCommand,
  paginateQuery,
  QueryCommand,
  type QueryCommandInput,
} from "@aws-sdk/client-dynamodb";
import { RainhooksError } from "@rainhooks/core/errors";
import { isConditionTrue } from "@rainhooks/dynamodb/condition";
import type { Attributes } from "@rainhooks/dynamodb/key";
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
import type { AlarmTable } from "./alarm-table.ts";

/** Reads all alarms of a node. */
export async function readAlarmsOf(table: AlarmTable, nodeId: string): Promise<Alarm[]> {
  return await alarmsIn(table, {
    KeyConditionExpression: "subject = :subject AND begins_with(#item, :prefix)",
    ExpressionAttributeValues: { ":subject": { S: subjectOf(nodeId) }, ":prefix": { S: ALARM_PREFIX } },
  });
}

/** Reads all alarms about a group of nodes. It reads those of all groups, which are few. */
export async function readAlarmsOfGroup(table: AlarmTable, group: string): Promise<Alarm[]> {
  const alarms = await alarmsIn(table, {
    KeyConditionExpression: "subject = :subject AND begins_with(#item, :prefix)",
    ExpressionAttributeValues: { ":subject": { S: GROUPS }, ":prefix": { S: ALARM_PREFIX } },
  });
  return alarms.filter(({ nodeId }) => nodeId === group);
}

/** Reads the alarms about groups under a version of a rule that began from a time on, and those that last. */
export async function readGroupAlarms(
  table: AlarmTable,
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

async function alarmsIn({ client, tableName }: AlarmTable, range: Partial<QueryCommandInput>) {
  const query = {
    ...range,
    TableName: tableName,
    ConsistentRead: true,
    ExpressionAttributeNames: { "#item": "item" },
  };
  const alarms: Alarm[] = [];
  for await (const { Items = [] } of paginateQuery({ client }, query))
    for (const item of Items) alarms.push(...toAlarms(item));
  return alarms;
}

/**
 * Writes an alarm, unless it was changed since it was read.
 *
 * @param before As it was read; `undefined` if there was none.
 * @returns False if it was changed.
 */
export function putAlarm(table: AlarmTable, alarm: Alarm, before: Alarm | undefined): Promise<boolean> {
  return isConditionTrue(
    table.client.send(
      new PutItemCommand({
        TableName: table.tableName,
        Item: toAlarmItem(alarm),
        ConditionExpression: before === undefined ? "attribute_not_exists(subject)" : "revision = :revision",
        ...(before === undefined
          ? {}
          : { ExpressionAttributeValues: { ":revision": { N: String(before.revision) } } }),
      }),
    ),
  );
}

/** How often a change of an alarm is tried that others change at the same time. */
const ATTEMPTS = 5;

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
  table: AlarmTable,
  key: Attributes,
  change: (alarm: Alarm) => Alarm | undefined,
  known?: Alarm | undefined,
): Promise<StoredChange> {
  let alarm = known;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    if (attempt > 1 || alarm === undefined) alarm = await readAlarm(table, key);
    const changed = alarm === undefined ? undefined : change(alarm);
    if (changed === undefined) return { alarm, isChanged: false };
    if (await putAlarm(table, changed, alarm)) return { alarm: changed, isChanged: true };
  }
  throw new RainhooksError(
    "write-conflict",
    `Alarm ${alarm?.alarmId} is being changed by others. Try again.`,
  );
}

/** Reads an alarm by its primary key. */
export async function readAlarm(
  { client, tableName }: AlarmTable,
  { subject = NO_KEY, item = NO_KEY }: Attributes,
): Promise<Alarm | undefined> {
  const command = new GetItemCommand({ TableName: tableName, Key: { subject, item }, ConsistentRead: true });
  const { Item } = await client.send(command);
  return Item === undefined ? undefined : fromAlarmItem(Item);
}

const NO_KEY = { S: "" };

/** Finds an alarm by its id. */
export async function findAlarm(table: AlarmTable, alarmId: string): Promise<Alarm | undefined> {
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
export function openAlarms(table: AlarmTable, rule: string): AsyncGenerator<Alarm> {
  return alarmsAt(table, keysIn(table, byOpenIndex, { key: rule, newestFirst: true }));
}

/** Yields the alarms that were raised on a UTC day, oldest first. */
export function alarmsOfDay(table: AlarmTable, day: string): AsyncGenerator<Alarm> {
  return alarmsAt(table, keysIn(table, byDayIndex, { key: day }));
}

/** Number of alarms that are read at the same time. */
const READS_AT_ONCE = 32;

/** Reads the alarms with some keys, many at once, and yields them in the order of the keys. */
export async function* alarmsAt(
  table: AlarmTable,
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

function toAlarms(item: Attributes): Alarm[] {
  const alarm = fromAlarmItem(item);
  return alarm === undefined ? [] : [alarm];
}
