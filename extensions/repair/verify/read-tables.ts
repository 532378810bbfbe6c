import { type AttributeValue, type DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { tableError } from "@rainhooks/dynamodb/errors";
import type { Attributes } from "@rainhooks/dynamodb/key";
import type { Slot } from "@rainhooks/dynamodb/slots/slot";

/** The tables of both slots. */
export interface DeployedTables {
  /** A client that does not follow slots. */
  readonly client: DynamoDBClient;
  /** Returns the deployed name of a table of a slot. */
  readonly nameOf: (table: string, slot: Slot) => string;
}

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

/** Returns the parts in which tables are read. */
export function segmentsOf(tables: readonly string[], slot: Slot, of: number): TableSegment[] {
  return tables.flatMap((table) =>
    Array.from({ length: of }, (_, segment) => ({ table, slot, segment, of })),
  );
}

/** How a segment is read. */
export interface ReadOptions {
  /** Where an earlier call has ended. */
  readonly after: EndedAt["after"];
  /** Returns true when the call must end soon. */
  readonly isLate: () => boolean;
  /** More of the request, such as a projection. */
  readonly input?: object;
}

/** Reads the items of a part of a table, page by page, until its end or until it is late. */
export async function eachPage(
  { client, nameOf }: DeployedTables,
  { table, slot, segment: Segment, of: TotalSegments }: TableSegment,
  { after, isLate, input = {} }: ReadOptions,
  handle: (items: readonly Attributes[]) => Promise<void>,
): Promise<TablesRead & EndedAt> {
  const TableName = nameOf(table, slot);
  let [items, units] = [0, 0];
  const scan = { TableName, Segment, TotalSegments, ReturnConsumedCapacity: "TOTAL" as const, ...input };
  try {
    const pages = paginateScan({ client, ...(after === undefined ? {} : { startingToken: after }) }, scan);
    for await (const { Items = [], ConsumedCapacity, LastEvaluatedKey } of pages) {
      items += Items.length;
      units += ConsumedCapacity?.CapacityUnits ?? 0;
      await handle(Items);
      if (LastEvaluatedKey !== undefined && isLate()) return { items, units, after: LastEvaluatedKey };
    }
  } catch (error) {
    throw tableError(TableName, error);
  }
  return { items, units };
}
