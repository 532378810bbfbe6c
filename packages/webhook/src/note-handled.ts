import { DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { AWS_CLIENT_OPTIONS } from "@rainhooks/core/aws-client";
import { MINUTE_MS } from "@rainhooks/core/durations";
import type { NoteHandled } from "./handled-topics.ts";
import { HANDLED } from "./rounds-table.ts";

/** How often the time of a topic is written, at most. */
const INTERVAL_MS = 5 * MINUTE_MS;
/** Topics of one function: far more than RainMaker has. The names of more are not believed. */
const MAX_TOPICS = 60;

/** What {@link noteHandled} needs. */
interface NoteHandledOptions {
  readonly webhook: string;
  /** Name of the table of the rounds. */
  readonly tableName: string;
  readonly client?: DynamoDBClient | undefined;
}

/**
 * Notes in one item for each function when it last handled something of a topic: in each copy of a
 * function at most once in five minutes for each topic. Silence is judged by that.
 */
export function noteHandled({
  webhook,
  tableName,
  client = new DynamoDBClient(AWS_CLIENT_OPTIONS),
}: NoteHandledOptions): NoteHandled {
  const notedMs = new Map<string, number>();
  return async (topics, nowMs) => {
    const due = [...topics].filter(
      (topic) =>
        nowMs - (notedMs.get(topic) ?? 0) >= INTERVAL_MS &&
        (notedMs.has(topic) || notedMs.size < MAX_TOPICS),
    );
    if (due.length === 0) return;
    for (const topic of due) notedMs.set(topic, nowMs);
    const update = new UpdateItemCommand({
      TableName: tableName,
      Key: { kind: { S: HANDLED }, id: { S: webhook } },
      UpdateExpression: `SET ${due.map((_, index) => `#t${index} = :now`).join(", ")}`,
      ExpressionAttributeNames: Object.fromEntries(
        due.map((topic, index) => [`#t${index}`, topic]),
      ),
      ExpressionAttributeValues: { ":now": { N: String(nowMs) } },
    });
    await client.send(update);
  };
}
