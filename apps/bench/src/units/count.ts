import { archive } from "@rainhooks/app-archive/webhook";
import { nodeStatus } from "@rainhooks/app-node-status/webhook";
import { timeSeries } from "@rainhooks/app-time-series/webhook";
import { readDelivery } from "@rainhooks/core";
import { nodeStatusTable } from "@rainhooks/node-status/table";
import { sqsRecordOf } from "@rainhooks/testing";
import { deployedName, type Webhook } from "@rainhooks/webhook/define";
import type { SQSRecord } from "aws-lambda";
import { BENCH_STAGE, type Services } from "../processes/services.ts";
import { ourArchive } from "../rivals/jobs/archive.ts";
import { batchesOf, batchesWithoutRepeats, END_MS } from "../rivals/jobs/messages.ts";
import { ourNodeStatus } from "../rivals/jobs/node-status.ts";
import { ourTimeSeries } from "../rivals/jobs/time-series.ts";
import { type BilledUnits, countUnits, type IndexedTable } from "./billed-units.ts";
import type { Scenario, TypedRecord } from "./scenarios.ts";

/** What is counted of three jobs; `undefined` for one that no event concerns. */
export interface JobUnits {
  readonly archive: BilledUnits | undefined;
  readonly nodeStatus: BilledUnits | undefined;
  readonly timeSeries: BilledUnits | undefined;
}

const OUR_STATUS: IndexedTable = {
  name: deployedName(BENCH_STAGE, nodeStatusTable.name),
  table: nodeStatusTable,
};

/** Counts what our three functions are billed for. */
export async function countOurs(scenario: Scenario, services: Services): Promise<JobUnits> {
  return {
    archive: await count(ourArchive, archive, { scenario, services }),
    nodeStatus: await count(ourNodeStatus, nodeStatus, { scenario, services, indexed: OUR_STATUS }),
    timeSeries: await count(ourTimeSeries, timeSeries, { scenario, services }),
  };
}

interface CountOptions {
  readonly scenario: Scenario;
  readonly services: Services;
  readonly indexed?: IndexedTable;
}

/** Returns `undefined` if no event of the scenario concerns the webhook. */
async function count(
  contender: Parameters<typeof countUnits>[0],
  webhook: Pick<Webhook, "name" | "events" | "batch">,
  { scenario, services, indexed }: CountOptions,
): Promise<BilledUnits | undefined> {
  const isArchive = webhook.name === archive.name;
  const wanted = (typed: readonly TypedRecord[]) => {
    const records = typed
      .filter(({ type }) => webhook.events.includes(type))
      .map(({ record }) => (isArchive ? sentNow(record) : record));
    return isArchive
      ? batchesOf(records, webhook.batch.size)
      : batchesWithoutRepeats(records, webhook.batch.size, nodeOf);
  };
  const batches = wanted(scenario.counted);
  if (batches.length === 0) return undefined;
  return countUnits(contender, services, { warmUp: wanted(scenario.warmUp), batches, indexed });
}

/** The archive notes hours whose deliveries come late, so those of its record are of now. */
function sentNow(record: SQSRecord): SQSRecord {
  return sqsRecordOf({ ...readDelivery(record), sentAtMs: END_MS });
}

function nodeOf(record: SQSRecord): string {
  return /"node_id":"([^"]*)"/.exec(readDelivery(record).body)?.[1] ?? "";
}
