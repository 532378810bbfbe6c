import { GetItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { Attributes } from "@rainhooks/dynamodb";
import type { AlarmTable } from "../alarms/alarm-table.ts";
import { storedState } from "./stored-state.ts";

/** The passes of a sweep, in their order: what changed, and for each severity what is due by its rules. */
export const PASSES = ["critical", "changes", "high", "medium", "low"] as const;

/** A pass of a sweep. */
export type Pass = (typeof PASSES)[number];

/** A round of a pass that has begun and not ended. */
export interface Round {
  /** Epoch milliseconds. */
  readonly startedMs: number;
  /** Up to which of its subjects it has come, in their order. */
  readonly after: string;
  /** The outages with which they were evaluated, as a text: with others, it begins again. */
  readonly held: string;
}

/** How far a pass has come. Times are epoch milliseconds. */
export interface PassState {
  /** Everything up to this time has been evaluated; absent before the first round has ended. */
  readonly sweptMs?: number | undefined;
  /** When its first round began. */
  readonly sinceMs?: number | undefined;
  /** The round that has begun and not ended. */
  readonly round?: Round | undefined;
}

/** What a sweep leaves for the next one. */
export interface SweepState {
  readonly passes: Readonly<Partial<Record<Pass, PassState>>>;
  /** Since when sweeps wait for events that have not arrived, epoch milliseconds; absent if they do not wait. */
  readonly waitingSinceMs?: number | undefined;
}

/** Returns up to which time everything has been evaluated, epoch milliseconds; `undefined` if nothing has. */
export function sweptMsOf({ passes }: SweepState): number | undefined {
  const times = Object.values(passes).flatMap(({ sweptMs, round }) => sweptMs ?? round?.startedMs ?? []);
  return times.length === 0 ? undefined : Math.min(...times);
}

/** What the last sweep has left. */
export const sweepState = storedState<SweepState>("state");

/** How far a webhook has come: what it has written, and when it last wrote events of a replay. Epoch milliseconds. */
export interface WebhookProgress {
  readonly publishedMs?: number | undefined;
  readonly replayedMs?: number | undefined;
}

/** Reads how far a webhook has come. */
export async function readProgress(
  { client, tableName }: AlarmTable,
  webhook: string,
): Promise<WebhookProgress> {
  const { Item } = await client.send(
    new GetItemCommand({ TableName: tableName, Key: progressKey(webhook), ConsistentRead: true }),
  );
  return { publishedMs: numberIn(Item, "publishedMs"), replayedMs: numberIn(Item, "replayedMs") };
}

/** Notes how far a webhook has come. */
export async function writeProgress(
  { client, tableName }: AlarmTable,
  webhook: string,
  progress: WebhookProgress,
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
