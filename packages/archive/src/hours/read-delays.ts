import { paginateQuery } from "@aws-sdk/client-dynamodb";
import { tableError } from "@rainhooks/dynamodb/errors";
import { archiveHoursTable, PARTITION } from "./hours-table.ts";
import { type HourDelays, hoursThatMayBeLate, type PublishedRange } from "./hours-to-read.ts";
import type { HoursTable } from "./note-delays.ts";

/**
 * Reads the delays of the hours in which deliveries of a range can have arrived late: half a read unit for
 * about 60 hours.
 *
 * @throws {RainhooksError} `sink-unavailable` when the table cannot be read.
 */
export async function readDelays(
  { client, tableName }: HoursTable,
  range: PublishedRange,
): Promise<HourDelays> {
  const { first, last } = hoursThatMayBeLate(range);
  const delays = new Map<string, number>();
  try {
    const pages = paginateQuery(
      { client },
      {
        TableName: tableName,
        KeyConditionExpression: "#archive = :archive AND #hour BETWEEN :first AND :last",
        ExpressionAttributeNames: {
          "#archive": archiveHoursTable.partitionKey.name,
          "#hour": archiveHoursTable.sortKey.name,
        },
        ExpressionAttributeValues: {
          ":archive": { S: PARTITION },
          ":first": { S: first },
          ":last": { S: last },
        },
        ConsistentRead: true,
      },
    );
    for await (const { Items = [] } of pages)
      for (const { hour, delayMs } of Items)
        if (hour?.S !== undefined) delays.set(hour.S, Number(delayMs?.N));
  } catch (error) {
    throw tableError(tableName, error);
  }
  return delays;
}
