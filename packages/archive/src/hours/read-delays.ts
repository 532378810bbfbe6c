import { tableCall } from "@rainhooks/dynamodb/errors";
import { queryAll, type TableAccess } from "@rainhooks/dynamodb/read-all";
import { ARCHIVE_KEY, archiveHoursTable } from "./hours-table.ts";
import { type HourDelays, hoursThatMayBeLate, type PublishedRange } from "./hours-to-read.ts";

/**
 * Reads the delays of the hours in which deliveries of a range can have arrived late: half a read
 * unit for about 60 hours.
 *
 * @throws {RainhooksError} `sink-unavailable` when the table cannot be read.
 */
export async function readDelays(table: TableAccess, range: PublishedRange): Promise<HourDelays> {
  const { first, last } = hoursThatMayBeLate(range);
  const items = await tableCall(table.tableName, () =>
    queryAll(table, {
      KeyConditionExpression: "#archive = :archive AND #hour BETWEEN :first AND :last",
      ExpressionAttributeNames: {
        "#archive": archiveHoursTable.partitionKey.name,
        "#hour": archiveHoursTable.sortKey.name,
      },
      ExpressionAttributeValues: {
        ":archive": { S: ARCHIVE_KEY },
        ":first": { S: first },
        ":last": { S: last },
      },
      ConsistentRead: true,
    }),
  );
  return new Map(items.map(({ hour, delayMs }) => [hour?.S ?? "", Number(delayMs?.N)]));
}
