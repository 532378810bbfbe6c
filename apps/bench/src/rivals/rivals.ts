import { createTable } from "@rainhooks/embedded-dynamodb";
import { formatTable } from "@rainhooks/terminal";
import { gate } from "../gate.ts";
import { median } from "../median.ts";
import { countWrongRows } from "../node-rows.ts";
import type { BenchFunction, Invocation } from "../processes/function.ts";
import { type Services, startEmbeddedServices, startQuickServices } from "../processes/services.ts";
import { type Contender, makeContenders } from "./contenders.ts";
import { distinctNodes, fleetOfNodes, recordsOfChanges, type Workload } from "./events.ts";
import { countUnits } from "./units.ts";

const BATCHES: readonly (readonly [size: number, batches: number])[] = [
  [100, 15],
  [1000, 5],
];

/**
 * Compares the function of node-status with the same job made with Powertools for AWS Lambda: events per second, time on the processor
 * and write units. All handle the same batches, one after
 * the other: connections that wait for their turn would be closed. The services are in a process of their own.
 */
export async function benchRivals(): Promise<string> {
  const { contenders, remove } = await makeContenders();
  const workloads: Workload[] = [];
  for (const [size, batches] of BATCHES)
    workloads.push(distinctNodes(size, batches), await fleetOfNodes(size, batches));
  const rows: (string | number)[][] = [];
  const embedded = await startEmbeddedServices();
  for (const table of contenders.flatMap(({ ownTables }) => ownTables))
    await createTable(embedded.clients.dynamodb, table.name, table);
  for (const workload of workloads)
    rows.push(...(await compare("embedded", contenders, workload, embedded, true)));
  const units = await compareUnits(contenders, embedded);
  await embedded.stop();
  const quick = await startQuickServices();
  for (const workload of workloads) rows.push(...(await compare("5 ms", contenders, workload, quick, false)));
  await quick.stop();
  await remove();
  return [
    "node-status, compared with the same job made with Powertools",
    formatTable(
      ["services", "events", "batch", "function", "events/s", "ratio", "CPU µs per event", "ratio"],
      rows,
    ),
    "Write units per event; those of the index by DynamoDB's rule",
    units,
  ].join("\n");
}

/** Runs the same batches through each contender. If the services keep what is written, the rows must be as expected. */
async function compare(
  services: string,
  contenders: readonly Contender[],
  workload: Workload,
  { endpoint, clients }: Services,
  keeps: boolean,
): Promise<(string | number)[][]> {
  const entrants: { readonly name: string; readonly taken: readonly Invocation[] }[] = [];
  for (const contender of contenders) {
    const bench = await contender.start(endpoint);
    for (const batch of workload.before) await invoke(contender, bench, batch);
    const taken: Invocation[] = [];
    for (const batch of workload.timed) taken.push(await invoke(contender, bench, batch));
    await bench.stop();
    entrants.push({ name: contender.name, taken });
    if (!keeps) continue;
    const toChange = onlyOf(contender, workload);
    const wrong = await countWrongRows(clients.dynamodb, contender.tableName, toChange, workload.expected);
    gate(wrong === 0, `the rows of ${contender.name} are right (${wrong} are wrong)`);
  }
  const measured = entrants.map(({ name, taken }) => ({
    name,
    rate: (workload.batchSize * 1000) / median(taken.map(({ ms }) => ms)),
    cpuUs: (median(taken.map(({ cpuMs }) => cpuMs)) * 1000) / workload.batchSize,
  }));
  const [ours] = measured;
  return measured.map(({ name, rate, cpuUs }) => [
    services,
    workload.name,
    workload.batchSize,
    name,
    Math.round(rate),
    Number(((ours?.rate ?? Number.NaN) / rate).toFixed(2)),
    Math.round(cpuUs),
    Number((cpuUs / (ours?.cpuUs ?? Number.NaN)).toFixed(2)),
  ]);
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
