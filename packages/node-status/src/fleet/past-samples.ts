import { MINUTE_MS } from "@rainhooks/core/durations";
import { batchWrite } from "@rainhooks/dynamodb/batch-write";
import { scanAll, type TableAccess } from "@rainhooks/dynamodb/read-all";
import type { NodeFacts } from "../facts.ts";
import { decodeNode } from "../node-item.ts";
import { STATUS } from "../sub-item.ts";
import { connectionChanges } from "../timeline.ts";
import type { Transition } from "../transition.ts";
import { MAX_SAMPLE_DAYS } from "./read-samples.ts";
import { encodeSample, type FleetSample, sampleOf } from "./sample.ts";
import { FirmwareTally } from "./spread.ts";

/** What of a node's history samples of the past follow from. */
interface PastOfNode extends Pick<NodeFacts, "firmwareReports"> {
  readonly transitions: readonly Transition[];
}

/**
 * Returns the sample of the fleet at an earlier time. A node counts from the first time at which
 * something is known of it.
 */
export function sampleAt(nodes: readonly PastOfNode[], atMs: number): FleetSample {
  const tally = new FirmwareTally();
  let offline = 0;
  let unknown = 0;
  for (const { transitions, firmwareReports } of nodes) {
    const state = lastBefore(transitions, atMs)?.state;
    const firmware = lastBefore(firmwareReports, atMs)?.firmware;
    if (state === undefined && firmware === undefined) continue;
    if (state === "offline") offline += 1;
    if (state === undefined) unknown += 1;
    tally.add(firmware);
  }
  return sampleOf({
    atMs,
    offline,
    unknown,
    all: tally.all,
    countedAtMs: atMs,
    firmware: tally.spread(),
  });
}

function lastBefore<One extends Pick<Transition, "atMs">>(sorted: readonly One[], atMs: number) {
  return sorted.findLast((one) => one.atMs <= atMs);
}

/** Options of {@link fillPastSamples}. */
export interface PastSampleOptions extends TableAccess {
  /** Name of the fleet-samples table. */
  readonly samplesTableName: string;
  /** Times of the samples: whole minutes from `fromMs` on, before `toMs`. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly everyMs: number;
}

/**
 * Stores the samples that a stage would have taken in a time, as they follow from the history in
 * the rows of its nodes, which has at least the last 8 changes of each. For a fleet whose events
 * were published at once, and for small fleets: it keeps all rows in memory.
 *
 * @returns How many were stored.
 */
export async function fillPastSamples(options: PastSampleOptions): Promise<number> {
  const { client, samplesTableName: samples, fromMs, toMs, everyMs } = options;
  const scan = {
    FilterExpression: "#item = :status",
    ExpressionAttributeNames: { "#item": "item" },
    ExpressionAttributeValues: { ":status": { S: STATUS } },
  };
  const nodes = (await scanAll(options, scan)).map((item): PastOfNode => {
    const facts = decodeNode(item);
    const transitions = connectionChanges(facts, [], Number.MAX_SAFE_INTEGER);
    return { transitions, firmwareReports: facts.firmwareReports };
  });
  const times: number[] = [];
  for (let atMs = Math.ceil(fromMs / MINUTE_MS) * MINUTE_MS; atMs < toMs; atMs += everyMs)
    times.push(atMs);
  const requests = times.map((atMs) => ({
    PutRequest: { Item: encodeSample(sampleAt(nodes, atMs), MAX_SAMPLE_DAYS) },
  }));
  return requests.length - (await batchWrite(requests, { client, tableName: samples })).length;
}
