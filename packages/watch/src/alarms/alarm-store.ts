import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateQuery,
  QueryCommand,
  type QueryCommandInput,
} from "@aws-sdk/client-dynamodb";
import { RainhooksError } from "@rainhooks/core";
import { type Attributes, conditionHeld } from "@rainhooks/dynamodb";
import type { RuleVersion } from "../rule/rule.ts";
import { byAlarmIdIndex, byDayIndex, byDueIndex, byOpenIndex } from "../tables.ts";
import type { Alarm } from "./alarm.ts";
import {
  ALARM_PREFIX,
  type AlarmPlace,
  alarmKey,
  DUE,
  fromAlarmItem,
  GROUPS,
  subjectOf,
  timeText,
  toAlarmItem,
  versionPrefix,
} from "./alarm-item.ts";

/** The alarms table of a stage. */
export interface AlarmTable {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}

/** Reads all alarms of a node. */
export async function readAlarmsOf(table: AlarmTable, nodeId: string): Promise<Alarm[]> {
  const alarms: Alarm[] = [];
  const range = {
    ConsistentRead: true,
    KeyConditionExpression: "subject = :subject AND begins_with(#item, :prefix)",
    ExpressionAttributeNames: { "#item": "item" },
    ExpressionAttributeValues: { ":subject": { S: subjectOf(nodeId) }, ":prefix": { S: ALARM_PREFIX } },
  };
  for await (const item of itemsOf(table, range)) alarms.push(...toAlarms(item));
  return alarms;
}

/** Reads the alarms about groups under a version of a rule that began from a time on, and those that last. */
export async function readGroupAlarms(
  table: AlarmTable,
  { rule, version }: Pick<RuleVersion, "rule" | "version">,
  fromMs: number,
): Promise<Alarm[]> {
  const prefix = versionPrefix(rule.name, version);
  const range = {
    ConsistentRead: true,
    KeyConditionExpression: "subject = :subject AND #item BETWEEN :from AND :to",
    ExpressionAttributeNames: { "#item": "item" },
    ExpressionAttributeValues: {
      ":subject": { S: GROUPS },
      ":from": { S: `${prefix}${timeText(fromMs)}` },
      ":to": { S: `${prefix}~` },
    },
  };
  const alarms: Alarm[] = [];
  for await (const alarm of openAlarms(table, rule.name))
    if (alarm.version === version && alarm.startMs < fromMs) alarms.push(alarm);
  for await (const item of itemsOf(table, range)) alarms.push(...toAlarms(item));
  return alarms;
}

/** Yields the nodes that have alarms which were raised on a UTC day; of groups, nothing. */
export async function* nodesWithAlarms(table: AlarmTable, day: string): AsyncGenerator<string> {
  for await (const key of keysIn(table, byDayIndex, { partition: day })) yield* nodeIdIn(key);
}

/** Yields the nodes that have open alarms of a rule. */
export async function* nodesWithOpenAlarms(table: AlarmTable, rule: string): AsyncGenerator<string> {
  for await (const key of keysIn(table, byOpenIndex, { partition: rule })) yield* nodeIdIn(key);
}

function nodeIdIn({ subject }: Attributes): string[] {
  const prefix = subjectOf("");
  return subject?.S?.startsWith(prefix) === true ? [subject.S.slice(prefix.length)] : [];
}

/**
 * Writes an alarm, unless it was changed since it was read.
 *
 * @param before As it was read; `undefined` if there was none.
 * @returns False if it was changed.
 */
export function putAlarm(table: AlarmTable, alarm: Alarm, before: Alarm | undefined): Promise<boolean> {
  return conditionHeld(
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

/**
 * Changes a stored alarm, whatever others change at the same time. One that is not there any more is left out.
 *
 * @param known As it was read; `undefined` to read it.
 * @throws {RainhooksError} `write-conflict` if others change it again and again.
 */
export async function changeStored(
  table: AlarmTable,
  place: AlarmPlace,
  known: Alarm | undefined,
  change: (alarm: Alarm) => Alarm,
): Promise<void> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const [alarm] = attempt === 1 && known !== undefined ? [known] : await alarmAt(table, alarmKey(place));
    if (alarm === undefined) return;
    const changed = change(alarm);
    if (changed === alarm || (await putAlarm(table, changed, alarm))) return;
  }
  throw new RainhooksError("write-conflict", `An alarm of ${place.nodeId} is being changed by others.`);
}

/** Finds an alarm by its id. */
export async function findAlarm(
  { client, tableName }: AlarmTable,
  alarmId: string,
): Promise<Alarm | undefined> {
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: tableName,
      IndexName: byAlarmIdIndex.name,
      KeyConditionExpression: "alarmId = :id",
      ExpressionAttributeValues: { ":id": { S: alarmId } },
    }),
  );
  const [key] = Items;
  if (key === undefined) return undefined;
  const { Item } = await client.send(
    new GetItemCommand({ TableName: tableName, Key: keyIn(key), ConsistentRead: true }),
  );
  return Item === undefined ? undefined : fromAlarmItem(Item);
}

/** A range of an index of alarms: its partition, and the times of its sort key, both inclusive, epoch milliseconds. */
interface IndexRange {
  readonly partition: string;
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
  readonly newestFirst?: boolean | undefined;
  /** Start after this sort key. */
  readonly after?: string | undefined;
}

/** Yields the primary keys and index keys of alarms of an index, in the order of their times. */
async function* keysIn(
  table: AlarmTable,
  index: typeof byOpenIndex | typeof byDayIndex | typeof byDueIndex,
  { partition, fromMs = 0, toMs = Number.MAX_SAFE_INTEGER, newestFirst = false }: IndexRange,
): AsyncGenerator<Attributes> {
  yield* itemsOf(table, {
    IndexName: index.name,
    KeyConditionExpression: "#partition = :partition AND #sort BETWEEN :from AND :to",
    ExpressionAttributeNames: { "#partition": index.partitionKey.name, "#sort": index.sortKey.name },
    ExpressionAttributeValues: {
      ":partition": { S: partition },
      ":from": { S: timeText(fromMs) },
      ":to": { S: `${timeText(toMs)}#~` },
    },
    ScanIndexForward: !newestFirst,
  });
}

/** Yields the open alarms of a rule, those that were raised last first. */
export async function* openAlarms(table: AlarmTable, rule: string): AsyncGenerator<Alarm> {
  for await (const key of keysIn(table, byOpenIndex, { partition: rule, newestFirst: true }))
    yield* await alarmAt(table, key);
}

/** Yields the alarms that were raised on a UTC day, oldest first. */
export async function* alarmsOfDay(
  table: AlarmTable,
  day: string,
  newestFirst = false,
): AsyncGenerator<Alarm> {
  for await (const key of keysIn(table, byDayIndex, { partition: day, newestFirst }))
    yield* await alarmAt(table, key);
}

/** What is due: an alarm, or a node that has to be evaluated. */
export type DueItem =
  | { readonly kind: "alarm"; readonly alarm: Alarm }
  | { readonly kind: "node"; readonly nodeId: string };

/** Yields what is due at a time. */
export async function* dueItems(table: AlarmTable, nowMs: number): AsyncGenerator<DueItem> {
  for await (const key of keysIn(table, byDueIndex, { partition: DUE, toMs: nowMs })) {
    const subject = key["subject"]?.S ?? "";
    if (key["item"]?.S === PENDING) yield { kind: "node", nodeId: subject.slice(subjectOf("").length) };
    for (const alarm of await alarmAt(table, key)) yield { kind: "alarm", alarm };
  }
}

/** Sort key of the item that says when a node has to be evaluated. */
const PENDING = "pending";

/** Notes that a node has to be evaluated at a time, or not any more. */
export async function putPending(
  { client, tableName }: AlarmTable,
  nodeId: string,
  dueMs: number | undefined,
): Promise<void> {
  const key = { subject: { S: subjectOf(nodeId) }, item: { S: PENDING } };
  if (dueMs === undefined) await client.send(new DeleteItemCommand({ TableName: tableName, Key: key }));
  else {
    const due = { due: { S: DUE }, dueKey: { S: `${timeText(dueMs)}#${PENDING}` } };
    await client.send(new PutItemCommand({ TableName: tableName, Item: { ...key, ...due } }));
  }
}

async function alarmAt({ client, tableName }: AlarmTable, key: Attributes): Promise<Alarm[]> {
  const { Item } = await client.send(
    new GetItemCommand({ TableName: tableName, Key: keyIn(key), ConsistentRead: true }),
  );
  return Item === undefined ? [] : toAlarms(Item);
}

function keyIn({ subject, item }: Attributes): Attributes {
  return { subject: subject ?? { S: "" }, item: item ?? { S: "" } };
}

async function* itemsOf(
  { client, tableName }: AlarmTable,
  query: Omit<QueryCommandInput, "TableName">,
): AsyncGenerator<Attributes> {
  for await (const { Items = [] } of paginateQuery({ client }, { TableName: tableName, ...query }))
    yield* Items;
}

function toAlarms(item: Attributes): Alarm[] {
  const alarm = fromAlarmItem(item);
  return alarm === undefined ? [] : [alarm];
}
