import { paginateQuery } from "@aws-sdk/client-dynamodb";
import { tableError } from "@rainhooks/dynamodb";
import { hoursThatMayBeLate, type PublishedRange } from "./hours-to-read.ts";
import type { HoursTable } from "./note-delays.ts";
import { archiveHoursTable, PARTITION } from "./table.ts";

/**
 * The greatest delay of the deliveries that arrived in an hour, in ms, by hour such as `2026/11/24/08`; 0 if none was late. Of an hour that
 * is missing nothing is known: no function has archived in it.
 */
export type KnownDelays = ReadonlyMap<string, number>;

/**
 * Reads the delays of the hours in which deliveries of a range can have arrived late: half a read unit for about 60 hours.
 *
 * @throws {RainhooksError} `sink-unavailable` when the table cannot be read.
 */
export async function readDelays(
  { client, tableName }: HoursTable,
  range: PublishedRange,
): Promise<KnownDelays> {
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
