import { paginateQuery } from "@aws-sdk/client-dynamodb";
import { tableError } from "@rainhooks/dynamodb";
import type { LateHours } from "./note-late.ts";
import { archiveHoursTable, PARTITION, SINCE } from "./table.ts";

/** What is known of deliveries that were archived late. */
export interface KnownDelays {
  /** Since when late deliveries are noted, epoch milliseconds; `undefined`: never. */
  readonly sinceMs: number | undefined;
  /** The greatest delay of the deliveries that arrived in an hour, in ms, by hour such as `2026/11/24/08`. Only hours with late ones. */
  readonly late: ReadonlyMap<string, number>;
}

/**
 * Reads the hours in which deliveries were archived late: half a read unit for about 60 hours.
 *
 * @throws {RainhooksError} `sink-unavailable` when the table cannot be read.
 */
export async function readLateHours({ client, tableName }: LateHours): Promise<KnownDelays> {
  const late = new Map<string, number>();
  let sinceMs: number | undefined;
  try {
    const pages = paginateQuery(
      { client },
      {
        TableName: tableName,
        KeyConditionExpression: "#archive = :archive",
        ExpressionAttributeNames: { "#archive": archiveHoursTable.partitionKey.name },
        ExpressionAttributeValues: { ":archive": { S: PARTITION } },
        ConsistentRead: true,
      },
    );
    for await (const { Items = [] } of pages) {
      for (const { hour, delayMs, sinceMs: since } of Items) {
        if (hour?.S === SINCE) sinceMs = Number(since?.N);
        else if (hour?.S !== undefined) late.set(hour.S, Number(delayMs?.N));
      }
    }
  } catch (error) {
    throw tableError(tableName, error);
  }
  return { sinceMs, late };
}
