import { DeleteItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { queryAll, type TableAccess } from "@rainhooks/dynamodb/read-all";
import { type AlarmNotice, MAX_ALARMS } from "./alarm-event.ts";

/** Events that are sent and noted together. */
export type Batch = readonly AlarmNotice[];

/** The partition with the batches that have been begun. */
const SENDING = "sending";

/**
 * Maximum size of a batch as JSON: an item may have 400 KB, and an event of an outage lists up to 100 nodes.
 */
const MAX_BYTES = 250_000;

/** Divides events into batches that fit in an item each. */
export function batchesOf(events: readonly AlarmNotice[]): Batch[] {
  const batches: AlarmNotice[][] = [];
  let [alarms, bytes] = [Number.POSITIVE_INFINITY, 0];
  for (const one of events) {
    const ownBytes = Buffer.byteLength(JSON.stringify(one));
    alarms += one.event.alarms.length;
    bytes += ownBytes;
    if (alarms > MAX_ALARMS || bytes > MAX_BYTES) {
      batches.push([]);
      [alarms, bytes] = [one.event.alarms.length, ownBytes];
    }
    batches.at(-1)?.push(one);
  }
  return batches;
}

/** Returns which messages a batch has: the alarms with the revisions of the messages about them. */
export function messagesOf(batch: Batch): string[] {
  return batch.flatMap(({ event, revisions }) =>
    event.alarms.map(({ alarm_id }, index) => messageKey(alarm_id, revisions[index] ?? 0)),
  );
}

/** Returns what tells a message from others. */
export function messageKey(alarmId: string, revision: number): string {
  return `${alarmId}-${revision}`;
}

/** Notes that a batch is going to be sent. */
export async function putBatch({ client, tableName }: TableAccess, batch: Batch): Promise<void> {
  const item = { ...keyOf(batch), events: { S: JSON.stringify(batch) } };
  await client.send(new PutItemCommand({ TableName: tableName, Item: item }));
}

/** Notes that a batch was sent, and that its alarms say so. */
export async function deleteBatch({ client, tableName }: TableAccess, batch: Batch): Promise<void> {
  await client.send(new DeleteItemCommand({ TableName: tableName, Key: keyOf(batch) }));
}

/** Returns the batches that were begun, and of which it is not known whether they were sent. */
export async function begunBatches(table: TableAccess): Promise<Batch[]> {
  const items = await queryAll(table, {
    ConsistentRead: true,
    KeyConditionExpression: "subject = :sending",
    ExpressionAttributeValues: { ":sending": { S: SENDING } },
  });
  // The partition has only what putBatch has written.
  return items.map(({ events }) => JSON.parse(events?.S ?? "[]") as Batch);
}

function keyOf(batch: Batch): Attributes {
  return { subject: { S: SENDING }, item: { S: batch[0]?.event.id ?? "" } };
}
