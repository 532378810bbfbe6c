import { type DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import type { Attributes, TableDescription } from "@rainhooks/dynamodb";
import type { SQSRecord } from "aws-lambda";
import type { Services } from "../processes/services.ts";
import { indexUnits } from "../units/index-units.ts";
import { type Contender, invoke } from "./compare.ts";
import { startMeter } from "./meter.ts";

/** What AWS bills for batches, in all. */
export interface BilledUnits {
  readonly events: number;
  readonly batches: number;
  readonly writeUnits: number;
  /** Of the write units, those of indexes. */
  readonly indexUnits: number;
  readonly readUnits: number;
  readonly firehoseRecords: readonly number[];
  readonly requests: number;
  /** Time on a processor. */
  readonly cpuMs: number;
}

/** The table of a contender whose index costs units. */
export interface IndexedTable {
  readonly name: string;
  readonly table: TableDescription;
}

/**
 * Counts what a function is billed for, from the requests that it makes. The units of an index are added by DynamoDB's rule, from the rows
 * before and after each batch: what moved forth and back within one is left out, which only helps a rival that writes each event alone.
 */
export async function countUnits(
  contender: Pick<Contender<never>, "name" | "start">,
  { clients, endpoint }: Services,
  {
    warmUp,
    batches,
    indexed,
  }: {
    readonly warmUp: readonly (readonly SQSRecord[])[];
    readonly batches: readonly (readonly SQSRecord[])[];
    readonly indexed?: IndexedTable | undefined;
  },
): Promise<BilledUnits> {
  const meter = await startMeter(endpoint);
  const bench = await contender.start(meter.endpoint);
  for (const batch of warmUp) await invoke(contender, bench, batch);
  const start = { ...meter };
  const firstRecord = meter.firehoseRecords.length;
  let [ofIndexes, cpuMs] = [0, 0];
  let before = await rowsOf(clients.dynamodb, indexed);
  for (const batch of batches) {
    cpuMs += (await invoke(contender, bench, batch)).cpuMs;
    const after = await rowsOf(clients.dynamodb, indexed);
    if (indexed !== undefined)
      for (const [key, item] of after) ofIndexes += indexUnits(indexed.table, before.get(key), item);
    before = after;
  }
  await bench.stop();
  await meter.stop();
  return {
    events: batches.flat().length,
    batches: batches.length,
    writeUnits: meter.writeUnits - start.writeUnits + ofIndexes,
    indexUnits: ofIndexes,
    readUnits: meter.readUnits - start.readUnits,
    firehoseRecords: meter.firehoseRecords.slice(firstRecord).map((record) => Buffer.byteLength(record)),
    requests: meter.requests - start.requests,
    cpuMs,
  };
}

/** Returns the items of a table that are in an index, or could be: of each node one. */
async function rowsOf(
  client: DynamoDBClient,
  indexed: IndexedTable | undefined,
): Promise<ReadonlyMap<string, Attributes>> {
  const rows = new Map<string, Attributes>();
  if (indexed === undefined) return rows;
  const { name: TableName, table } = indexed;
  for await (const { Items = [] } of paginateScan({ client }, { TableName, ConsistentRead: true }))
    for (const item of Items)
      if (table.sortKey === undefined || item["item"]?.S === "status")
        rows.set(item[table.partitionKey.name]?.S ?? "", item);
  return rows;
}
