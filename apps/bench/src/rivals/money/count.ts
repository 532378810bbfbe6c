import { archive } from "@rainhooks/app-archive/webhook";
import { nodeStatus } from "@rainhooks/app-node-status/webhook";
import { timeSeries } from "@rainhooks/app-time-series/webhook";
import { readDelivery } from "@rainhooks/core";
import { nodeStatusTable } from "@rainhooks/node-status/table";
import { sqsRecordOf } from "@rainhooks/testing";
import { deployedName, type Webhook } from "@rainhooks/webhook/define";
import type { SQSRecord } from "aws-lambda";
import { startShipped } from "../../processes/function.ts";
import { BENCH_STAGE, type Services } from "../../processes/services.ts";
import { forkPipeline, ourArchive } from "../jobs/archive.ts";
import type { RivalBundles } from "../jobs/bundle-rival.ts";
import { batchesOf, batchesWithoutRepeats, END_MS } from "../jobs/messages.ts";
import { nodeStatusRivals, ourNodeStatus } from "../jobs/node-status.ts";
import { ourTimeSeries, timeSeriesRival } from "../jobs/time-series.ts";
import { rivalIndexedTable } from "../tables.ts";
import { type BilledUnits, countUnits, type IndexedTable } from "../units.ts";
import type { Scenario, TypedRecord } from "./scenarios.ts";

/** What is counted of a scenario. */
export interface CountedScenario {
  readonly name: Scenario["name"];
  /** Messages that were published. */
  readonly events: number;
  readonly ours: JobUnits;
  readonly rivals: JobUnits;
  /** Some events of the archive, each with an invocation of its own. */
  readonly directArchive: BilledUnits;
  /** Node status without the events that only show that a node is alive. */
  readonly withoutQuiet: BilledUnits | undefined;
  /** Sizes of the messages as SNS hands them to Firehose. */
  readonly messageBytes: readonly number[];
}

/** What is counted of three jobs; `undefined` for one that no event concerns. */
export interface JobUnits {
  readonly archive: BilledUnits | undefined;
  readonly nodeStatus: BilledUnits | undefined;
  readonly timeSeries: BilledUnits | undefined;
}

/** Events that only show that a node is alive. */
const QUIET: ReadonlySet<string> = new Set(["rmaker.event.node_params_changed", "rmaker.event.node_ts_data"]);
const DIRECT_EVENTS = 100;
const OUR_STATUS: IndexedTable = {
  name: deployedName(BENCH_STAGE, nodeStatusTable.name),
  table: nodeStatusTable,
};
const RIVAL_STATUS: IndexedTable = { name: rivalIndexedTable.name, table: rivalIndexedTable };

/** Counts what our three functions are billed for. */
export async function countOurs(scenario: Scenario, services: Services): Promise<JobUnits> {
  return {
    archive: await count(ourArchive, archive, { scenario, services }),
    nodeStatus: await count(ourNodeStatus, nodeStatus, { scenario, services, indexed: OUR_STATUS }),
    timeSeries: await count(ourTimeSeries, timeSeries, { scenario, services }),
  };
}

/** Sends a scenario through our three functions and through the rivals with the same features, and counts what each is billed for. */
export async function countScenario(
  scenario: Scenario,
  services: Services,
  bundles: RivalBundles,
): Promise<CountedScenario> {
  const [, completeRival] = nodeStatusRivals(bundles);
  const ours = await countOurs(scenario, services);
  const rivals = {
    archive: await count(forkPipeline(bundles), archive, { scenario, services }),
    nodeStatus:
      completeRival &&
      (await count(completeRival, nodeStatus, { scenario, services, indexed: RIVAL_STATUS })),
    timeSeries: await count(timeSeriesRival(bundles), timeSeries, { scenario, services }),
  };
  const archived = scenario.counted.map(({ record }) => sentNow(record));
  const withoutQuiet = { scenario, services, indexed: OUR_STATUS, prefix: "loud-" };
  return {
    ...{ name: scenario.name, events: scenario.counted.length, ours, rivals },
    directArchive: await countDirect(archived.slice(0, DIRECT_EVENTS), services),
    withoutQuiet: await count(ourNodeStatus, loud(nodeStatus), withoutQuiet),
    messageBytes: archived.map(({ body }) => Buffer.byteLength(body)),
  };
}

/** Counts an archive that SNS invokes for each event. */
function countDirect(records: readonly SQSRecord[], services: Services): Promise<BilledUnits> {
  const direct = {
    name: "archive, direct",
    start: (endpoint: string) => startShipped(archive, endpoint, { isDirect: true, nowMs: END_MS }),
  };
  const batches = batchesOf(records, 1);
  return countUnits(direct, services, { warmUp: batches, batches });
}

interface CountOptions {
  readonly scenario: Scenario;
  readonly services: Services;
  readonly indexed?: IndexedTable;
  /** Before the ids of nodes: what is counted a second time must not find its own rows. */
  readonly prefix?: string;
}

/** Returns `undefined` if no event of the scenario concerns the webhook. */
async function count(
  contender: Parameters<typeof countUnits>[0],
  webhook: Pick<Webhook, "name" | "events" | "batch">,
  { scenario, services, indexed, prefix = "" }: CountOptions,
): Promise<BilledUnits | undefined> {
  const isArchive = webhook.name === archive.name;
  const wanted = (typed: readonly TypedRecord[]) => {
    const records = typed
      .filter(({ type }) => webhook.events.includes(type))
      .map(({ record }) => (isArchive ? sentNow(record) : ofOtherNodes(record, prefix)));
    return isArchive
      ? batchesOf(records, webhook.batch.size)
      : batchesWithoutRepeats(records, webhook.batch.size, nodeOf);
  };
  const batches = wanted(scenario.counted);
  if (batches.length === 0) return undefined;
  return countUnits(contender, services, { warmUp: wanted(scenario.warmUp), batches, indexed });
}

function loud({ name, events, batch }: Webhook): Pick<Webhook, "name" | "events" | "batch"> {
  return { name, batch, events: events.filter((type) => !QUIET.has(type)) };
}

/** The archive notes hours whose deliveries come late, so those of its record are of now. */
function sentNow(record: SQSRecord): SQSRecord {
  return sqsRecordOf({ ...readDelivery(record), sentAtMs: END_MS });
}

function nodeOf(record: SQSRecord): string {
  return /"node_id":"([^"]*)"/.exec(readDelivery(record).body)?.[1] ?? "";
}

function ofOtherNodes(record: SQSRecord, prefix: string): SQSRecord {
  if (prefix === "") return record;
  const delivery = readDelivery(record);
  const body = delivery.body.replaceAll(/"node_id":"/g, `"node_id":"${prefix}`);
  return sqsRecordOf({ ...delivery, body });
}
