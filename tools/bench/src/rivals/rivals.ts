import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleInto } from "../processes/bundle.ts";
import { startEmbeddedServices } from "../processes/services.ts";
import { type Comparison, compareJob, type Job } from "./compare.ts";
import {
  archiveContenders,
  type BundleOf,
  nodeStatusContenders,
  timeSeriesContenders,
} from "./contenders.ts";
import type { SubjectMessage } from "./messages.ts";
import { everything, fleetOfNodes, fleetWith, readingsOfFleet } from "./workloads.ts";

/** How much is compared. */
export interface CompareSize {
  readonly rounds: number;
  /** Batches that are timed in a round, by their size. */
  readonly batches: readonly (readonly [size: number, batches: number])[];
  readonly fleetNodes: number;
}

const HANDLERS = ["powertools-node-status", "powertools-time-series", "fork-pipeline"];

/**
 * Runs our functions and their rivals in turn on the same events of a fleet, with the embedded services:
 * wrong results stop it. The rivals' handlers are bundled as ours are.
 */
export async function measureRivals(size: CompareSize): Promise<readonly Comparison[]> {
  const folder = await mkdtemp(join(tmpdir(), "rivals-"));
  const services = await startEmbeddedServices();
  try {
    for (const name of HANDLERS)
      await bundleInto(join(folder, name), fileURLToPath(new URL(`./handlers/${name}.ts`, import.meta.url)));
    const compared: Comparison[] = [];
    for (const job of await makeJobs((name) => join(folder, name, "index.mjs"), size))
      compared.push(...(await compareJob(job, services)));
    return compared;
  } finally {
    await services.stop();
    await rm(folder, { recursive: true });
  }
}

/** Makes the jobs: the archive, node-status and time-series, each with the rivals of ours. */
async function makeJobs(
  bundleOf: BundleOf,
  { rounds, batches, fleetNodes }: CompareSize,
): Promise<readonly Job[]> {
  const fleets: (readonly SubjectMessage[])[][] = [];
  for (const [batchSize, count] of batches) {
    const own: (readonly SubjectMessage[])[] = [];
    for (let round = 0; round < rounds; round += 1)
      own.push(await fleetWith(batchSize * 2 * count, batchSize + round, fleetNodes));
    fleets.push(own);
  }
  const seriesOf = (make: typeof everything) =>
    batches.map(([batchSize, count], index) => ({
      batchSize,
      rounds: (fleets[index] ?? []).map((fleet) => make(fleet, batchSize, 2 * count)),
    }));
  return [
    { name: "archive", contenders: archiveContenders(bundleOf), series: seriesOf(everything) },
    { name: "node-status", contenders: nodeStatusContenders(bundleOf), series: seriesOf(fleetOfNodes) },
    { name: "time-series", contenders: timeSeriesContenders(bundleOf), series: seriesOf(readingsOfFleet) },
  ];
}
