import { createTable } from "@rainhooks/embedded-dynamodb";
import { formatTable } from "@rainhooks/terminal";
import { gate } from "../gate.ts";
import { median } from "../median.ts";
import { countWrongRows } from "../node-rows.ts";
import type { BenchFunction, Invocation } from "../processes/function.ts";
import { type Services, startEmbeddedServices, startQuickServices } from "../processes/services.ts";
import { type Contender, makeContenders } from "./contenders.ts";
import { distinctNodes, FLEET_NODES, fleetOfNodes, recordsOfChanges, type Workload } from "./events.ts";
import { countUnits } from "./units.ts";

/** Batches that are timed in a round. */
const BATCHES: readonly (readonly [size: number, batches: number])[] = [
  [100, 8],
  [1000, 3],
];
const ROUNDS = 3;
const DISTINCT = "distinct nodes";

/** The same work in several rounds, each with nodes of its own. */
interface Series {
  readonly name: string;
  readonly batchSize: number;
  readonly rounds: readonly Workload[];
}

/**
 * Compares the function of node-status with the same job made with Powertools for AWS Lambda: events per second, time on the processor
 * and write units. In each round all handle the same batches, each in a new process; the services are in a process of their own.
 */
export async function benchRivals(): Promise<string> {
  const { contenders, remove } = await makeContenders();
  const allSeries = await makeSeries();
  const rows: (string | number)[][] = [];
  const embedded = await startEmbeddedServices();
  for (const table of contenders.flatMap(({ ownTables }) => ownTables))
    await createTable(embedded.clients.dynamodb, table.name, table);
  for (const series of allSeries)
    rows.push(...(await compare("embedded", contenders, series, embedded, true)));
  const units = await compareUnits(contenders, embedded);
  await embedded.stop();
  const quick = await startQuickServices();
  // Services that keep nothing know no node, so the events of a fleet would not find their rows.
  for (const series of allSeries.filter(({ name }) => name === DISTINCT))
    rows.push(...(await compare("5 ms", contenders, series, quick, false)));
  await quick.stop();
  await remove();
  return [
    "node-status, compared with the same job made with Powertools; medians of the rounds",
    formatTable(
      ["services", "events", "batch", "function", "events/s", "ratio", "CPU µs per event", "ratio"],
      rows,
    ),
    "Write units per event; those of the index by DynamoDB's rule",
    units,
  ].join("\n");
}

async function makeSeries(): Promise<readonly Series[]> {
  const made: Series[] = [];
  for (const [batchSize, batches] of BATCHES) {
    const [distinct, fleet]: [Workload[], Workload[]] = [[], []];
    for (let round = 0; round < ROUNDS; round += 1) {
      distinct.push(distinctNodes(batchSize, batches, round));
      fleet.push(await fleetOfNodes(batchSize, 2 * batches, round));
    }
    made.push({ name: DISTINCT, batchSize, rounds: distinct });
    made.push({ name: `fleet of ${FLEET_NODES}`, batchSize, rounds: fleet });
  }
  return made;
}

/** Time and processor time per event in a round. */
interface Taken {
  readonly us: number;
  readonly cpuUs: number;
}

/** Runs each round through every contender. If the services keep what is written, the rows must be as expected. */
async function compare(
  services: string,
  contenders: readonly Contender[],
  { name, batchSize, rounds }: Series,
  { endpoint, clients }: Services,
  keeps: boolean,
): Promise<(string | number)[][]> {
  const taken = contenders.map((): Taken[] => []);
  for (const workload of rounds) {
    for (const [index, contender] of contenders.entries()) {
      taken[index]?.push(await runRound(contender, workload, batchSize, endpoint));
      if (!keeps) continue;
      const toChange = onlyOf(contender, workload);
      const wrong = await countWrongRows(clients.dynamodb, contender.tableName, toChange, workload.expected);
      gate(wrong === 0, `the rows of ${contender.name} are right (${wrong} are wrong)`);
    }
  }
  const [ours = []] = taken;
  return contenders.map((contender, index) => {
    const own = taken[index] ?? [];
    const ratio = (of: (one: Taken) => number) =>
      Number(median(own.map((one, round) => of(one) / of(ours[round] ?? one))).toFixed(2));
    return [
      services,
      name,
      batchSize,
      contender.name,
      Math.round(1e6 / median(own.map(({ us }) => us))),
      ratio(({ us }) => us),
      Math.round(median(own.map(({ cpuUs }) => cpuUs))),
      ratio(({ cpuUs }) => cpuUs),
    ];
  });
}

async function runRound(
  contender: Contender,
  { before, timed }: Workload,
  batchSize: number,
  endpoint: string,
): Promise<Taken> {
  const bench = await contender.start(endpoint);
  for (const batch of before) await invoke(contender, bench, batch);
  const invocations: Invocation[] = [];
  for (const batch of timed) invocations.push(await invoke(contender, bench, batch));
  await bench.stop();
  const perEventUs = (of: (one: Invocation) => number) => (median(invocations.map(of)) * 1000) / batchSize;
  return { us: perEventUs(({ ms }) => ms), cpuUs: perEventUs(({ cpuMs }) => cpuMs) };
}

/** The tables also have the nodes of other workloads. */
function onlyOf({ toChange }: Contender, { expected }: Workload): Contender["toChange"] {
  return (item) => {
    const found = toChange(item);
    return found !== undefined && expected.has(found.nodeId) ? found : undefined;
  };
}

async function invoke(
  { name }: Contender,
  bench: BenchFunction,
  batch: Parameters<BenchFunction["invoke"]>[0],
): Promise<Invocation> {
  const invocation = await bench.invoke(batch);
  gate(invocation.failedIds.length === 0, `${name} writes every record of a batch`);
  return invocation;
}

async function compareUnits(contenders: readonly Contender[], services: Services): Promise<string> {
  const rows: (string | number)[][] = [];
  for (const contender of contenders) {
    const bench = await contender.start(services.endpoint);
    await invoke(contender, bench, recordsOfChanges("units", "online", 0));
    await bench.stop();
    const disconnect = await countUnits(contender, services, recordsOfChanges("units", "offline", 1));
    const connect = await countUnits(contender, services, recordsOfChanges("units", "online", 2));
    const total = ({ ofTables, ofIndexes }: typeof connect) => Number((ofTables + ofIndexes).toFixed(2));
    rows.push([contender.name, total(disconnect), disconnect.ofIndexes, total(connect), connect.ofIndexes]);
  }
  return formatTable(["function", "disconnect", "of it index", "connect", "of it index"], rows);
}
