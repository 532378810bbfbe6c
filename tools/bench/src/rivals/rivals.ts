import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createTable } from "@rainhooks/embedded-dynamodb/test-tables";
import { BUNDLE_OPTIONS } from "@rainhooks/local/bundling/bundle-options.mjs";
import { build } from "esbuild";
import { startEmbeddedServices } from "../processes/services.ts";
import { type Comparison, compareBatches, type Job } from "./compare.ts";
import {
  archiveContenders,
  nodeStatusContenders,
  RIVAL_TABLES,
  timeSeriesContenders,
} from "./contenders.ts";
import {
  everything,
  fleetOfNodes,
  fleetWith,
  type MessageWithTruth,
  readingsOfFleet,
} from "./workloads.ts";

/** How much is compared. */
export interface CompareSize {
  readonly rounds: number;
  /** Batches that are timed in a round, by their size. */
  readonly batches: readonly (readonly [size: number, batches: number])[];
  readonly fleetNodes: number;
}

const HANDLERS = ["powertools-node-status", "powertools-time-series", "fork-pipeline"];

/**
 * Runs our functions and their rivals in turn on the same events of a fleet, with the embedded
 * services: wrong results stop it. The rivals' handlers are bundled as ours are.
 */
export async function measureRivals({
  rounds,
  batches,
  fleetNodes,
}: CompareSize): Promise<Comparison[]> {
  const folder = await mkdtemp(join(tmpdir(), "rivals-"));
  const services = await startEmbeddedServices();
  try {
    for (const name of HANDLERS) {
      const entryPoints = {
        index: fileURLToPath(new URL(`./handlers/${name}.ts`, import.meta.url)),
      };
      const outdir = join(folder, name);
      await build({ ...BUNDLE_OPTIONS, entryPoints, outdir, splitting: true, minify: true });
    }
    for (const table of RIVAL_TABLES)
      await createTable(services.clients.dynamodb, table.name, table);
    const bundleOf = (name: string) => join(folder, name, "index.mjs");
    const jobs: readonly Job[] = [
      { name: "archive", contenders: archiveContenders(bundleOf), workloadOf: everything },
      { name: "node-status", contenders: nodeStatusContenders(bundleOf), workloadOf: fleetOfNodes },
      {
        name: "time-series",
        contenders: timeSeriesContenders(bundleOf),
        workloadOf: readingsOfFleet,
      },
    ];
    const compared = jobs.map((): Comparison[] => []);
    for (const timed of batches) {
      const [batchSize, count] = timed;
      const fleets: MessageWithTruth[][] = [];
      for (let round = 0; round < rounds; round += 1)
        fleets.push(await fleetWith(batchSize * 2 * count, batchSize + round, fleetNodes));
      for (const [index, job] of jobs.entries())
        compared[index]?.push(...(await compareBatches(job, timed, fleets, services)));
    }
    return compared.flat();
  } finally {
    await services.stop();
    await rm(folder, { recursive: true });
  }
}
