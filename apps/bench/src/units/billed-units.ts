import { type DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { FIREHOSE_STEP_BYTES } from "@rainhooks/capacity";
import type { Attributes, TableDescription } from "@rainhooks/dynamodb";
import type { SQSRecord } from "aws-lambda";
import { startMeter } from "../processes/meter.ts";
import type { Services } from "../processes/services.ts";
import { type Contender, invoke } from "../rivals/compare.ts";
import { indexUnits } from "./index-units.ts";

/** What AWS bills for batches, in all. */
export interface BilledUnits {
  readonly events: number;
  /** With those of indexes. */
  readonly writeUnits: number;
  readonly readUnits: number;
  readonly firehoseBytes: number;
  readonly requests: number;
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
  const start = { ...meter.counted };
  const firstRecord = start.firehoseRecords.length;
  let ofIndexes = 0;
  let before = await rowsOf(clients.dynamodb, indexed);
  for (const batch of batches) {
    await invoke(contender, bench, batch);
    const after = await rowsOf(clients.dynamodb, indexed);
    if (indexed !== undefined)
      for (const [key, item] of after) ofIndexes += indexUnits(indexed.table, before.get(key), item);
    before = after;
  }
  await bench.stop();
  await meter.stop();
  const { writeUnits, readUnits, requests, firehoseRecords } = meter.counted;
  return {
    events: batches.flat().length,
    writeUnits: writeUnits - start.writeUnits + ofIndexes,
    readUnits: readUnits - start.readUnits,
    firehoseBytes: billedBytes(firehoseRecords.slice(firstRecord)),
    requests: requests - start.requests,
  };
}

/** Returns the bytes that Firehose bills: it rounds each record up. */
function billedBytes(records: readonly string[]): number {
  return records.reduce(
    (sum, record) => sum + Math.ceil(Buffer.byteLength(record) / FIREHOSE_STEP_BYTES) * FIREHOSE_STEP_BYTES,
    0,
  );
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
