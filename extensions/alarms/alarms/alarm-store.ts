import { GetItemCommand, QueryCommand, type QueryCommandInput } from "@aws-sdk/client-dynamodb";
import { collect } from "@rainhooks/core/collections";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { changeItem, putUnchanged } from "@rainhooks/dynamodb/put-if";
import { queryAll, type TableAccess } from "@rainhooks/dynamodb/read-all";
import { shardedItems } from "@rainhooks/dynamodb/sharded-index";
import { timeText } from "@rainhooks/node-status/time-text";
import type { RuleVersion } from "../rule/rule.ts";
import { byAlarmIdIndex, type byDayIndex, type byDueIndex, byOpenIndex } from "../watch-tables.ts";
import type { Alarm } from "./alarm.ts";
import {
  ALARM_PREFIX,
  aboutOf,
  fromAlarmItem,
  GROUPS,
  nodeKey,
  readOpenKey,
  shardsOf,
  toAlarmItem,
  versionPrefix,
} from "./alarm-item.ts";

/** Reads all alarms of a node. */
export function readAlarmsOf(table: TableAccess, nodeId: string): Promise<Alarm[]> {
  return alarmsUnder(table, nodeKey(nodeId));
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

/**
 * Reads the alarms about groups under a version of a rule that began from a time on, and those that
 * last.
 */
export async function readGroupAlarms(
  table: TableAccess,
  { rule, version }: Pick<RuleVersion, "rule" | "version">,
  fromMs: number,
): Promise<Alarm[]> {
  const prefix = versionPrefix(rule.name, version);
  const open = await collect(alarmsAt(table, keysIn(table, byOpenIndex, { key: rule.name })));
  const earlier = open.filter((alarm) => alarm.version === version && alarm.startMs < fromMs);
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
export function putAlarm(
  table: TableAccess,
  alarm: Alarm,
  before: Alarm | undefined,
): Promise<boolean> {
  return putUnchanged({ ...table, ...VERSIONED }, toAlarmItem(alarm), before?.revision);
}

const VERSIONED = { key: ["subject", "item"], version: "revision" };

/**
 * Changes a stored alarm, whatever others change at the same time.
 *
 * @param change Returns `undefined` to leave it as it is.
 * @param known As it was read; absent to read it.
 * @returns It as it is stored now, `undefined` if it is not there any more, and whether it was
 * changed.
 * @throws {RainhooksError} `write-conflict` if others change it again and again.
 */
export async function changeStored(
  table: TableAccess,
  key: Attributes,
  change: (alarm: Alarm) => Alarm | undefined,
  known?: Alarm | undefined,
) {
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
  const command = new GetItemCommand({
    TableName: tableName,
    Key: { subject, item },
    ConsistentRead: true,
  });
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

/** Number of alarms that are read at the same time. */
const READS_AT_ONCE = 32;

/** Reads the alarms with some keys, many at once, and yields them in the order of the keys. */
export async function* alarmsAt(
  table: TableAccess,
  keys: AsyncIterable<Attributes> | Iterable<Attributes>,
): AsyncGenerator<Alarm> {
  const read = async (some: readonly Attributes[]) =>
    (await Promise.all(some.map((key) => readAlarm(table, key)))).filter(
      (alarm) => alarm !== undefined,
    );
  let next: Attributes[] = [];
  for await (const key of keys) {
    next.push(key);
    if (next.length < READS_AT_ONCE) continue;
    yield* await read(next);
    next = [];
  }
  yield* await read(next);
}

/** A range of an index of alarms. */
interface IndexRange {
  /** What the partitions are about: a rule, a day, or what is due. */
  readonly key: string;
  /** The times of the sort key, both inclusive, epoch milliseconds. */
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
  readonly newestFirst?: boolean | undefined;
  /** How many keys are expected to be taken. */
  readonly expected?: number | undefined;
}

/** Yields the primary keys and index keys of alarms of an index, in the order of their times. */
export function keysIn(
  table: TableAccess,
  index: typeof byOpenIndex | typeof byDayIndex | typeof byDueIndex,
  {
    key,
    fromMs = 0,
    toMs = Number.MAX_SAFE_INTEGER,
    newestFirst: descending,
    expected,
  }: IndexRange,
): AsyncGenerator<Attributes> {
  const first = timeText(fromMs);
  const last = `${timeText(toMs)}#~`;
  return shardedItems(table, { index, shards: shardsOf(key), first, last, descending, expected });
}

/** Where an alarm is, and what it is about. */
export interface AlarmPlace extends Pick<Alarm, "alarmId" | "rule" | "nodeId"> {
  /** Primary key of the alarm. */
  readonly key: Attributes;
}

/** An open alarm, as an index has it. */
interface OpenAlarm extends AlarmPlace {
  /** From when on nobody handles it unless it changes, epoch milliseconds. */
  readonly unhandledFromMs: number;
}

/** Maximum number of open alarms of a rule that are looked at. */
const MAX_OPEN_ALARMS = 100_000;

/**
 * Returns the open alarms of rules, those that were raised last first. It reads keys only: about
 * 6,000 with 100 read units.
 *
 * @param rules The names of the rules.
 */
export async function readOpenAlarms(
  table: TableAccess,
  rules: readonly string[],
): Promise<OpenAlarm[]> {
  const each = rules.map(async (rule) => {
    const found: (OpenAlarm & { readonly raised: string })[] = [];
    for await (const indexed of keysIn(table, byOpenIndex, { key: rule, newestFirst: true })) {
      const { subject = NO_KEY, item = NO_KEY } = indexed;
      const raised = indexed[byOpenIndex.sortKey.name]?.S ?? "";
      const { nodeId } = aboutOf(indexed);
      found.push({ ...readOpenKey(raised), rule, nodeId, key: { subject, item }, raised });
      if (found.length === MAX_OPEN_ALARMS) break;
    }
    return found;
  });
  return (await Promise.all(each)).flat().sort((a, b) => (a.raised > b.raised ? -1 : 1));
}
