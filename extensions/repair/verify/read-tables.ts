import { type AttributeValue, paginateScan } from "@aws-sdk/client-dynamodb";
import { tableError } from "@rainhooks/dynamodb/errors";
import type { Attributes } from "@rainhooks/dynamodb/key";
import type { Slot } from "@rainhooks/dynamodb/slots/slot";
import type { WorkJob } from "../work/job.ts";

/** What was read of tables. */
export interface TablesRead {
  readonly items: number;
  /** Read units that the scans took. */
  readonly units: number;
}

/** A part of a table. */
export interface TableSegment {
  /** Its name without a slot. */
  readonly table: string;
  readonly slot: Slot;
  readonly segment: number;
  readonly of: number;
}

/** Where a call has ended before the end of its segment. */
export interface EndedAt {
  readonly after?: Record<string, AttributeValue> | undefined;
}

/** How a segment is read. */
export interface ReadOptions {
  /** Where an earlier call has ended. */
  readonly after?: EndedAt["after"];
  /** Returns true when reading must end soon. @defaultValue when the call must */
  readonly isLate?: () => boolean;
  /** More of the request, such as a projection. */
  readonly input?: object;
}

/** Reads the items of a part of a table, page by page, until its end or until it is late. */
export async function eachPage(
  job: WorkJob,
  { table, slot, segment: Segment, of: TotalSegments }: TableSegment,
  { after: startingToken, isLate = job.isLate, input }: ReadOptions,
  handle: (items: readonly Attributes[]) => Promise<void>,
): Promise<TablesRead & EndedAt> {
  const TableName = job.tableName(table, slot);
  let items = 0;
  let units = 0;
  const scan = {
    TableName,
    Segment,
    TotalSegments,
    ReturnConsumedCapacity: "TOTAL" as const,
    ...input,
  };
  try {
    const { client } = job.dependencies;
    const pages = paginateScan({ client, ...(startingToken && { startingToken }) }, scan);
    for await (const { Items = [], ConsumedCapacity, LastEvaluatedKey } of pages) {
      items += Items.length;
      units += ConsumedCapacity?.CapacityUnits ?? 0;
      await handle(Items);
      if (LastEvaluatedKey !== undefined && isLate())
        return { items, units, after: LastEvaluatedKey };
    }
  } catch (error) {
    throw tableError(TableName, error);
  }
  return { items, units };
}
