import { DeleteItemCommand, PutItemCommand, paginateQuery } from "@aws-sdk/client-dynamodb";
import type { Attributes } from "@rainhooks/dynamodb";
import type { AlarmTable } from "../alarms/alarm-table.ts";
import { MAX_ALARMS, type OutgoingEvent } from "./alarm-event.ts";

/** Events that are sent and noted together. */
export type Batch = readonly OutgoingEvent[];

/** The partition with the batches that have been begun. */
const SENDING = "sending";

/** Divides events into batches that fit in an item each. */
export function batchesOf(events: readonly OutgoingEvent[]): Batch[] {
  const batches: OutgoingEvent[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const one of events) {
    size += one.event.alarms.length;
    if (size > MAX_ALARMS) {
      batches.push([]);
      size = one.event.alarms.length;
    }
    batches.at(-1)?.push(one);
  }
  return batches;
}

/** Notes that a batch is going to be sent. */
export async function putBatch({ client, tableName }: AlarmTable, batch: Batch): Promise<void> {
  const item = { ...keyOf(batch), events: { S: JSON.stringify(batch) } };
  await client.send(new PutItemCommand({ TableName: tableName, Item: item }));
}

/** Notes that a batch was sent, and that its alarms say so. */
export async function deleteBatch({ client, tableName }: AlarmTable, batch: Batch): Promise<void> {
  await client.send(new DeleteItemCommand({ TableName: tableName, Key: keyOf(batch) }));
}

/** Yields the batches that were begun, and of which it is not known whether they were sent. */
export async function* begunBatches({ client, tableName }: AlarmTable): AsyncGenerator<Batch> {
  const query = {
    TableName: tableName,
    ConsistentRead: true,
    KeyConditionExpression: "subject = :sending",
    ExpressionAttributeValues: { ":sending": { S: SENDING } },
  };
  // The partition has only what putBatch has written.
  for await (const { Items = [] } of paginateQuery({ client }, query))
    for (const { events } of Items) yield JSON.parse(events?.S ?? "[]") as Batch;
}

function keyOf(batch: Batch): Attributes {
  return { subject: { S: SENDING }, item: { S: batch[0]?.event.id ?? "" } };
}
