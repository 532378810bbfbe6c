import { GetItemCommand, PutItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { Attributes } from "@rainhooks/dynamodb";
import type { AlarmTable } from "../alarms/alarm-store.ts";

/** What a sweep leaves for the next one. */
export interface SweepState {
  /** Everything up to this time has been evaluated, epoch milliseconds. */
  readonly sweptMs: number;
  /** Since when sweeps wait for events that have not arrived, epoch milliseconds; absent if they do not wait. */
  readonly waitingSinceMs?: number | undefined;
}

const STATE = { subject: { S: "sweep" }, item: { S: "state" } };

/** Reads what the last sweep has left; `undefined` before the first one. */
export async function readSweepState({ client, tableName }: AlarmTable): Promise<SweepState | undefined> {
  const { Item } = await client.send(
    new GetItemCommand({ TableName: tableName, Key: STATE, ConsistentRead: true }),
  );
  const sweptMs = numberIn(Item, "sweptMs");
  if (sweptMs === undefined) return undefined;
  return { sweptMs, waitingSinceMs: numberIn(Item, "waitingSinceMs") };
}

/** Writes what a sweep leaves for the next one. */
export async function writeSweepState({ client, tableName }: AlarmTable, state: SweepState): Promise<void> {
  const { sweptMs, waitingSinceMs } = state;
  await client.send(
    new PutItemCommand({
      TableName: tableName,
      Item: {
        ...STATE,
        sweptMs: { N: String(sweptMs) },
        ...(waitingSinceMs === undefined ? {} : { waitingSinceMs: { N: String(waitingSinceMs) } }),
      },
    }),
  );
}

/** Reads when events of a rule were sent last, epoch milliseconds. */
export async function readSent({ client, tableName }: AlarmTable, rule: string): Promise<number | undefined> {
  const { Item } = await client.send(new GetItemCommand({ TableName: tableName, Key: sentKey(rule) }));
  return numberIn(Item, "sentMs");
}

/** Notes when events of a rule were sent. */
export async function writeSent(
  { client, tableName }: AlarmTable,
  rule: string,
  sentMs: number,
): Promise<void> {
  await client.send(
    new PutItemCommand({ TableName: tableName, Item: { ...sentKey(rule), sentMs: { N: String(sentMs) } } }),
  );
}

function sentKey(rule: string): Attributes {
  return { subject: { S: `rule#${rule}` }, item: { S: "sent" } };
}

/** How far a webhook has come: what it has written, and when it last wrote events of a replay. Epoch milliseconds. */
export interface Progress {
  readonly publishedMs?: number | undefined;
  readonly replayedMs?: number | undefined;
}

/** Reads how far a webhook has come. */
export async function readProgress({ client, tableName }: AlarmTable, webhook: string): Promise<Progress> {
  const { Item } = await client.send(
    new GetItemCommand({ TableName: tableName, Key: progressKey(webhook), ConsistentRead: true }),
  );
  return { publishedMs: numberIn(Item, "publishedMs"), replayedMs: numberIn(Item, "replayedMs") };
}

/** Notes how far a webhook has come. */
export async function writeProgress(
  { client, tableName }: AlarmTable,
  webhook: string,
  progress: Progress,
): Promise<void> {
  const entries = Object.entries(progress).filter(
    (entry): entry is [string, number] => entry[1] !== undefined,
  );
  if (entries.length === 0) return;
  await client.send(
    new UpdateItemCommand({
      TableName: tableName,
      Key: progressKey(webhook),
      UpdateExpression: `SET ${entries.map(([name]) => `${name} = :${name}`).join(", ")}`,
      ExpressionAttributeValues: Object.fromEntries(
        entries.map(([name, value]) => [`:${name}`, { N: String(value) }]),
      ),
    }),
  );
}

function progressKey(webhook: string): Attributes {
  return { subject: { S: `progress#${webhook}` }, item: { S: "progress" } };
}

function numberIn(item: Attributes | undefined, name: string): number | undefined {
  const text = item?.[name]?.N;
  return text === undefined ? undefined : Number(text);
}
