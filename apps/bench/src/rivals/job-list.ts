import type { Expected } from "../connections.ts";
import type { Job, Series, Workload } from "./compare.ts";
import { deliveriesIn, type ExpectedDeliveries, forkPipeline, ourArchive } from "./jobs/archive.ts";
import type { RivalBundles } from "./jobs/bundle-rival.ts";
import { distinctNodes, eventsOfNodes, fleetOfNodes } from "./jobs/connections.ts";
import { END_MS, fleetMessages, halves, type KnownMessage, recordOfMessage } from "./jobs/messages.ts";
import { nodeStatusRivals, ourNodeStatus } from "./jobs/node-status.ts";
import { type ExpectedReadings, eventsWithReadings, readingsOfFleet } from "./jobs/readings.ts";
import { ourTimeSeries, timeSeriesRival } from "./jobs/time-series.ts";

/** How much is compared. */
export interface CompareSize {
  readonly rounds: number;
  /** Batches that are timed in a round, by their size. */
  readonly batches: readonly (readonly [size: number, batches: number])[];
  readonly fleetNodes: number;
}

/** The jobs that are compared, each with the rivals of ours. */
export interface Jobs {
  readonly archive: Job<ExpectedDeliveries>;
  readonly nodeStatus: Job<Expected>;
  readonly timeSeries: Job<ExpectedReadings>;
}

/** The name of workloads in which each node has one event. */
export const DISTINCT = "distinct nodes";

/** Makes the workloads of all jobs. */
export async function makeJobs(bundles: RivalBundles, size: CompareSize): Promise<Jobs> {
  const { rounds, batches, fleetNodes } = size;
  const fleetName = `fleet of ${fleetNodes}`;
  const [distinct, ofNodes, readings, all]: [
    Series<Expected>[],
    Series<Expected>[],
    Series<ExpectedReadings>[],
    Series<ExpectedDeliveries>[],
  ] = [[], [], [], []];
  for (const [batchSize, count] of batches) {
    const fleets: (readonly KnownMessage[])[] = [];
    for (let round = 0; round < rounds; round += 1)
      fleets.push(await fleetWith(batchSize * 2 * count, batchSize + round, fleetNodes));
    const ofFleet = <Each>(make: (fleet: readonly KnownMessage[]) => Workload<Each>): Series<Each> => ({
      name: fleetName,
      batchSize,
      rounds: fleets.map(make),
    });
    distinct.push({
      name: DISTINCT,
      batchSize,
      rounds: fleets.map((_, round) => distinctNodes(batchSize, count, round)),
    });
    ofNodes.push(ofFleet((fleet) => fleetOfNodes(fleet, batchSize, 2 * count)));
    readings.push(ofFleet((fleet) => readingsOfFleet(fleet, batchSize, 2 * count)));
    all.push(ofFleet((fleet) => everything(fleet, batchSize, 2 * count)));
  }
  return {
    archive: { name: "archive", contenders: [ourArchive, forkPipeline(bundles)], series: all },
    nodeStatus: {
      name: "node-status",
      contenders: [ourNodeStatus, ...nodeStatusRivals(bundles)],
      series: [...distinct, ...ofNodes],
    },
    timeSeries: {
      name: "time-series",
      contenders: [ourTimeSeries, timeSeriesRival(bundles)],
      series: readings,
    },
  };
}

/** Messages for each node and for each event that is wanted, at first: a node begins with three, and one of three has readings. */
const SPARE = 4;
const MAX_TIMES = 8;

/** Simulates a fleet until it has enough events of nodes, and enough with readings: how many messages that takes depends on the fleet. */
export async function fleetWith(
  events: number,
  seed: number,
  nodes: number,
): Promise<readonly KnownMessage[]> {
  for (let times = 1; times <= MAX_TIMES; times *= 2) {
    const fleet = await fleetMessages(seed, nodes, (nodes + events) * SPARE * times);
    if (eventsOfNodes(fleet).length >= events && eventsWithReadings(fleet, events).usable.length === events)
      return fleet;
  }
  throw new Error(`A fleet of ${nodes} nodes does not send ${events} events of nodes, and as many readings.`);
}

/** All events of a fleet, sent now: the archive notes hours whose deliveries come late. */
function everything(
  fleet: readonly KnownMessage[],
  batchSize: number,
  batches: number,
): Workload<ExpectedDeliveries> {
  const records = fleet.slice(0, batchSize * batches).map((message) => recordOfMessage(message, END_MS));
  return { ...halves(records, batchSize), expected: deliveriesIn(records) };
}
