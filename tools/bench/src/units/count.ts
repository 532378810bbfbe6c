import { paginateScan } from "@aws-sdk/client-dynamodb";
import { archive } from "@rainhooks/app-archive/webhook";
import { chunk } from "@rainhooks/core/collections";
import { readDelivery } from "@rainhooks/core/deliveries/read";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { indexUnits } from "@rainhooks/embedded-dynamodb/units/unit-meter";
import { nodeStatusTable } from "@rainhooks/node-status/node-status-tables";
import { BILLED_STEP_BYTES } from "@rainhooks/sinks/firehose/limits";
import { sqsRecordOf } from "@rainhooks/testing/samples";
import type { Webhook } from "@rainhooks/webhook/define-function";
import { deployedName } from "@rainhooks/webhook/names";
import type { SQSRecord } from "aws-lambda";
import { END_MS } from "../events.ts";
import { startShipped } from "../processes/function.ts";
import { startMeter } from "../processes/meter.ts";
import { BENCH_STAGE, type Services } from "../processes/services.ts";
import { batchesWithoutRepeats } from "./batches-without-repeats.ts";
import type { Scenario } from "./scenarios.ts";

/** What AWS bills for batches of events, for each event. */
export interface BilledUnits {
  /** With those of indexes. */
  readonly writes: number;
  readonly reads: number;
  readonly firehoseBytes: number;
  readonly requests: number;
}

/**
 * Counts what the function of a webhook is billed for in a scenario; `undefined` if no event of it
 * concerns the webhook.
 */
export async function countOurs(
  webhook: Webhook,
  scenario: Scenario,
  services: Services,
): Promise<BilledUnits | undefined> {
  const batches = batchesFor(webhook, scenario.counted);
  return batches.length === 0
    ? undefined
    : countUnits(webhook, services, batchesFor(webhook, scenario.warmUp), batches);
}

function batchesFor({ name, events, batch }: Webhook, all: readonly SQSRecord[]): SQSRecord[][] {
  const types: ReadonlySet<string | undefined> = new Set(events);
  const records = all.filter((record) => types.has(readDelivery(record).attributes["event_type"]));
  return name === archive.name
    ? chunk(records.map(sentNow), batch.size)
    : batchesWithoutRepeats(records, batch.size, nodeOf);
}

/** The archive notes hours whose deliveries come late, so those of its record are of now. */
function sentNow(record: SQSRecord): SQSRecord {
  return sqsRecordOf({ ...readDelivery(record), sentAtMs: END_MS });
}

function nodeOf(record: SQSRecord): string {
  return /"node_id":"([^"]*)"/.exec(readDelivery(record).body)?.[1] ?? "";
}

/**
 * Counts what a function is billed for, from the requests that it makes. The units of an index are
 * added by DynamoDB's rule, from the rows before and after each batch: what moved forth and back
 * within one is left out.
 */
async function countUnits(
  webhook: Webhook,
  services: Services,
  warmUp: readonly SQSRecord[][],
  batches: readonly SQSRecord[][],
): Promise<BilledUnits> {
  const meter = await startMeter(services.endpoint);
  const bench = await startShipped(webhook, meter.endpoint, END_MS);
  for (const batch of warmUp) await bench.invoke(batch);
  const { firehoseRecords, ...start } = { ...meter.counted };
  const firstRecord = firehoseRecords.length;
  let ofIndexes = 0;
  let before = await statusRows(services);
  for (const batch of batches) {
    await bench.invoke(batch);
    const after = await statusRows(services);
    for (const [key, item] of after)
      ofIndexes += indexUnits(nodeStatusTable, before.get(key), item);
    before = after;
  }
  await bench.stop();
  await meter.stop();
  const { writeUnits, readUnits, requests } = meter.counted;
  const events = batches.flat().length;
  return {
    writes: (writeUnits - start.writeUnits + ofIndexes) / events,
    reads: (readUnits - start.readUnits) / events,
    firehoseBytes: billedBytes(firehoseRecords.slice(firstRecord)) / events,
    requests: (requests - start.requests) / events,
  };
}

/** Returns the bytes that Firehose bills: it rounds each record up. */
function billedBytes(records: readonly string[]): number {
  const steps = records.map((record) => Math.ceil(Buffer.byteLength(record) / BILLED_STEP_BYTES));
  return steps.reduce((sum, count) => sum + count * BILLED_STEP_BYTES, 0);
}

/** Returns the statuses of all nodes, which are what is in the indexes. */
async function statusRows({ clients }: Services): Promise<ReadonlyMap<string, Attributes>> {
  const TableName = deployedName(BENCH_STAGE, nodeStatusTable.name);
  const rows = new Map<string, Attributes>();
  for await (const { Items = [] } of paginateScan(
    { client: clients.dynamodb },
    { TableName, ConsistentRead: true },
  ))
    for (const item of Items)
      if (item["item"]?.S === "status") rows.set(item["nodeId"]?.S ?? "", item);
  return rows;
}
