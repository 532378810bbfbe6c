import { type DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { mapLimited } from "@rainhooks/core/collections";
import { tableError } from "@rainhooks/dynamodb/errors";
import type { FactModel } from "../facts/fact-model.ts";
import type { FactSource, FactSpool } from "./fact-spool.ts";

/** The tables of a store on a stage. */
export interface ComparedTables {
  readonly client: DynamoDBClient;
  /** Returns the deployed name of a table. */
  readonly nameOf: (table: string) => string;
}

/** What was read of tables. */
export interface TablesRead {
  readonly items: number;
  /** Read units that the scans took. */
  readonly units: number;
}

/** A part of a table. */
export interface TableSegment {
  readonly table: string;
  readonly segment: number;
  readonly of: number;
}

/** Parts of a table that are scanned at the same time. */
const SEGMENTS = 4;

/** Returns the parts in which a table is read. */
export function segmentsOf(table: string, of = SEGMENTS): TableSegment[] {
  return Array.from({ length: of }, (_, segment) => ({ table, segment, of }));
}

/**
 * Reads the items of a part of a table, and adds their facts.
 *
 * @param source As what they are added.
 */
export async function readSegment(
  model: FactModel,
  { client, nameOf }: ComparedTables,
  spool: FactSpool,
  { table, segment: Segment, of: TotalSegments }: TableSegment,
  source: FactSource = "stored",
): Promise<TablesRead> {
  const TableName = nameOf(table);
  let [items, units] = [0, 0];
  try {
    const input = { TableName, Segment, TotalSegments, ReturnConsumedCapacity: "TOTAL" as const };
    for await (const { Items = [], ConsumedCapacity } of paginateScan({ client }, input)) {
      items += Items.length;
      units += ConsumedCapacity?.CapacityUnits ?? 0;
      let isFull = false;
      for (const item of Items) isFull = spool.add(model.factsIn(table, item), source);
      if (isFull) await spool.flush();
    }
  } catch (error) {
    throw tableError(TableName, error);
  }
  return { items, units };
}

/** Reads all items of a store's tables, and adds their facts. */
export async function readTables(
  model: FactModel,
  tables: ComparedTables,
  spool: FactSpool,
  source: FactSource,
): Promise<void> {
  const read = (segment: TableSegment) => readSegment(model, tables, spool, segment, source);
  const segments = model.tables.flatMap(({ name }) => segmentsOf(name));
  await mapLimited(segments, SEGMENTS, read);
}
