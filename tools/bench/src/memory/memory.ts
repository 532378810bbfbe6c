import { ESTIMATES } from "@rainhooks/extensions/bench";
import { formatTable } from "@rainhooks/stage/terminal/format-table";
import { measureHandlers } from "./measure-handlers.ts";

const MEMORIES_MIB = [256, 512, 1024, 1769];

/**
 * Measures the memory of each shipped webhook and worker and its time per record, and estimates from these
 * its time and price in Lambda.
 */
export async function benchMemory(): Promise<string> {
  const costs = await measureHandlers();
  const memory = costs.map(({ name, batchSize, peakMiB, usualMiB, largeMiB }) => [
    name,
    batchSize,
    ...[peakMiB, usualMiB, largeMiB].map(Math.round),
  ]);
  const times = costs.map(({ name, batchSize, fixedMs, recordCpuMs, waitMs }) => {
    const each = [fixedMs, recordCpuMs, fixedMs + recordCpuMs * batchSize, waitMs];
    return [name, batchSize, ...each.map((value) => Number(value.toPrecision(3)))];
  });
  const estimates = ESTIMATES.flatMap((estimate) => {
    const rows = costs.map((cost) => [
      cost.name,
      ...MEMORIES_MIB.map((memoryMiB) => {
        const { batchMs, dollarsPerMillion } = estimate(cost, memoryMiB);
        return `${Math.round(batchMs)} ms, $${dollarsPerMillion.toFixed(4)}`;
      }),
    ]);
    return [
      "Estimated for Lambda with this processor: ms per full batch, and price of a million events",
      formatTable(["function", ...MEMORIES_MIB.map((memoryMiB) => `${memoryMiB} MiB`)], rows),
    ];
  });
  return [
    "Peak memory of each function, MiB",
    formatTable(
      ["function", "batch", "full batches", "6 MB of usual records", "6 MB of large records"],
      memory,
    ),
    "Time of a full batch, services that respond after 5 ms",
    formatTable(["function", "batch", "CPU ms per batch", "per record", "together", "ms waiting"], times),
    ...estimates,
  ].join("\n");
}
