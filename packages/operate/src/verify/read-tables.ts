import { type DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { mapLimited } from "@rainhooks/core";
import { tableError } from "@rainhooks/dynamodb";
import type { FactModel } from "@rainhooks/sinks";
import type { FactSource, FactSpool } from "./fact-spool.ts";

/** The tables of a store on a stage. */
export interface StoreTables {
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

/** Parts of a table that are scanned at the same time. */
const SEGMENTS = 4;

/**
 * Reads all items of a store's tables, and adds their facts.
 *
 * @param source As what they are added.
 */
export async function readTables(
  model: FactModel,
  { client, nameOf }: StoreTables,
  spool: FactSpool,
  onProgress: (read: TablesRead) => void = () => undefined,
  source: FactSource = "stored",
): Promise<TablesRead> {
  let [items, units] = [0, 0];
  const readSegment = async (table: string, Segment: number) => {
    const pages = paginateScan(
      { client },
      { TableName: nameOf(table), Segment, TotalSegments: SEGMENTS, ReturnConsumedCapacity: "TOTAL" },
    );
    for await (const { Items = [], ConsumedCapacity } of pages) {
      items += Items.length;
      units += ConsumedCapacity?.CapacityUnits ?? 0;
      let isFull = false;
      for (const item of Items) isFull = spool.add(model.factsIn(table, item), source);
      if (isFull) await spool.flush();
      onProgress({ items, units });
    }
  };
  for (const { name } of model.tables) {
    try {
      await mapLimited([...Array(SEGMENTS).keys()], SEGMENTS, (segment) => readSegment(name, segment));
    } catch (error) {
      throw tableError(nameOf(name), error);
    }
  }
  return { items, units };
}
