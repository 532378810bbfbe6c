import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleInto } from "../processes/bundle.ts";
import { type Services, startEmbeddedServices, startQuickServices } from "../processes/services.ts";
import {
  type Comparison,
  compareJob,
  type Job,
  type Series,
  type Setting,
  type Workload,
} from "./compare.ts";
import {
  archiveContenders,
  type BundleOf,
  nodeStatusContenders,
  timeSeriesContenders,
} from "./contenders.ts";
import type { SubjectMessage } from "./messages.ts";
import { distinctNodes, everything, fleetOfNodes, fleetWith, readingsOfFleet } from "./workloads.ts";

/** How much is compared. */
export interface CompareSize {
  readonly rounds: number;
  /** Batches that are timed in a round, by their size. */
  readonly batches: readonly (readonly [size: number, batches: number])[];
  readonly fleetNodes: number;
}

const HANDLERS = ["powertools-node-status", "powertools-time-series", "fork-pipeline"];

/**
 * Runs our functions and their rivals in turn on the same events: with the embedded services, where wrong
 * results stop it, and with services that do nothing. The rivals' handlers are bundled as ours are.
 */
export async function measureRivals(size: CompareSize): Promise<readonly Comparison[]> {
  const folder = await mkdtemp(join(tmpdir(), "rivals-"));
  try {
    for (const name of HANDLERS)
      await bundleInto(join(folder, name), fileURLToPath(new URL(`./handlers/${name}.ts`, import.meta.url)));
    const jobs = await makeJobs((name) => join(folder, name, "index.mjs"), size);
    const [archive, nodeStatus, timeSeries] = jobs;
    // Services that keep nothing know no node, so the events of a fleet would not find their rows. The rival
    // of the archive waits 5 ms for each event.
    const quick = [
      { ...nodeStatus, series: nodeStatus.series.filter(({ name }) => name === DISTINCT) },
      ...[timeSeries, { ...archive, series: archive.series.slice(0, 1) }],
    ];
    return [
      ...(await compareWith(await startEmbeddedServices(), jobs, { name: "embedded", keeps: true })),
      ...(await compareWith(await startQuickServices(), quick, { name: "5 ms", keeps: false })),
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The name of workloads in which each node has one event. */
const DISTINCT = "distinct nodes";

/** Makes the jobs: the archive, node-status and time-series, each with the rivals of ours. */
async function makeJobs(bundleOf: BundleOf, { rounds, batches, fleetNodes }: CompareSize) {
  const all: [Series[], Series[], Series[], Series[]] = [[], [], [], []];
  for (const [batchSize, count] of batches) {
    const fleets: (readonly SubjectMessage[])[] = [];
    for (let round = 0; round < rounds; round += 1)
      fleets.push(await fleetWith(batchSize * 2 * count, batchSize + round, fleetNodes));
    const series = (name: string, make: (fleet: readonly SubjectMessage[], round: number) => Workload) => ({
      ...{ name, batchSize, rounds: fleets.map(make) },
    });
    const ofFleet = [everything, fleetOfNodes, readingsOfFleet].map((make) =>
      series(`fleet of ${fleetNodes}`, (fleet) => make(fleet, batchSize, 2 * count)),
    );
    const distinct = series(DISTINCT, (_, round) => distinctNodes(batchSize, count, round));
    for (const [index, one] of [...ofFleet, distinct].entries()) all[index]?.push(one);
  }
  const [archived, ofNodes, readings, distinct] = all;
  return [
    { name: "archive", contenders: archiveContenders(bundleOf), series: archived },
    {
      name: "node-status",
      contenders: nodeStatusContenders(bundleOf),
      series: [...distinct, ...ofNodes],
    },
    { name: "time-series", contenders: timeSeriesContenders(bundleOf), series: readings },
  ] as const;
}

async function compareWith(
  services: Services,
  jobs: readonly Job[],
  setting: Omit<Setting, "services">,
): Promise<readonly Comparison[]> {
  try {
    const compared: Comparison[] = [];
    for (const job of jobs) compared.push(...(await compareJob(job, { services, ...setting })));
    return compared;
  } finally {
    await services.stop();
  }
}
