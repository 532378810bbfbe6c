import { DeleteItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { isConditionTrue } from "@rainhooks/dynamodb/condition";
import type { Attributes } from "@rainhooks/dynamodb/key";
import type { TableAccess } from "@rainhooks/dynamodb/read-all";
import { timeText } from "@rainhooks/node-status/time-text";
import type { RuleVersion, Severity } from "../rule/rule.ts";
import { byDueIndex, byOpenIndex } from "../watch-tables.ts";
import type { Alarm } from "./alarm.ts";
import {
  aboutOf,
  dueKeys,
  GROUPS,
  nodeKey,
  PENDING_PREFIX,
  shardOf,
  versionPrefix,
} from "./alarm-item.ts";
import { alarmsAt, keysIn } from "./alarm-store.ts";

/**
 * What has to be evaluated: a node or one of its series; or an alarm about a group, of which only
 * the waits are looked at.
 */
export interface DueNode {
  readonly nodeId: string;
  readonly series?: string | undefined;
  /** True if it was noted by {@link putPending}. */
  readonly isPending?: boolean | undefined;
  /** Primary key of an alarm about a group. */
  readonly groupAlarm?: Attributes | undefined;
}

/** Yields the alarms of a severity whose message may be sent, those that wait longest first. */
export function alarmsToSend(
  table: TableAccess,
  severity: Severity,
  nowMs: number,
): AsyncGenerator<Alarm> {
  return alarmsAt(table, keysIn(table, byDueIndex, { key: dueKeys.send(severity), toMs: nowMs }));
}

/**
 * Yields what a pass of a sweep has to look at although nothing happens to it: what was noted by
 * {@link putPending}, and alarms that are due.
 */
export async function* nodesDue(
  table: TableAccess,
  pass: string,
  nowMs: number,
): AsyncGenerator<DueNode> {
  for await (const key of keysIn(table, byDueIndex, { key: dueKeys.look(pass), toMs: nowMs })) {
    const isPending = key["item"]?.S?.startsWith(PENDING_PREFIX) === true;
    yield key["subject"]?.S === GROUPS
      ? { nodeId: "", groupAlarm: key }
      : { ...aboutOf(key), isPending };
  }
}

/** Yields what has open alarms of a version of a rule about nodes or series. It reads keys only. */
export async function* nodesWithOpenAlarms(
  table: TableAccess,
  { rule, version }: Pick<RuleVersion, "rule" | "version">,
): AsyncGenerator<DueNode> {
  for await (const key of keysIn(table, byOpenIndex, { key: rule.name }))
    if (key["item"]?.S?.startsWith(versionPrefix(rule.name, version)) === true) yield aboutOf(key);
}

/**
 * Notes that a subject has to be evaluated by a pass at a time. What is noted for an earlier time
 * stays.
 *
 * @param evaluatedMs As of when the subject was just evaluated: what was noted for this time or
 * before is done.
 */
export async function putPending(
  { client, tableName }: TableAccess,
  { nodeId, series }: DueNode,
  pass: string,
  dueMs: number,
  evaluatedMs = -1,
): Promise<void> {
  const due = {
    due: { S: shardOf(dueKeys.look(pass), nodeId) },
    dueKey: { S: `${timeText(dueMs)}#${PENDING_PREFIX}` },
  };
  const Item = { ...pendingKey(nodeId, series), ...due };
  const command = new PutItemCommand({
    TableName: tableName,
    Item,
    ConditionExpression: "attribute_not_exists(dueKey) OR dueKey > :new OR dueKey < :left",
    ExpressionAttributeValues: { ":new": due.dueKey, ":left": { S: timeText(evaluatedMs + 1) } },
  });
  await isConditionTrue(client.send(command));
}

/** Deletes what {@link putPending} has noted of a subject. */
export async function deletePending(
  { client, tableName }: TableAccess,
  { nodeId, series }: DueNode,
): Promise<void> {
  await client.send(
    new DeleteItemCommand({ TableName: tableName, Key: pendingKey(nodeId, series) }),
  );
}

function pendingKey(nodeId: string, series = ""): Attributes {
  return { subject: { S: nodeKey(nodeId) }, item: { S: `${PENDING_PREFIX}${series}` } };
}
