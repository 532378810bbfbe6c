/*
 * Benchmarks of Rainhooks. AWS itself is not measured: rates and times with the embedded services show how much work the code
 * causes, not how fast Lambda or DynamoDB are. Load times depend on the disk and processor of this machine.
 */
import { parseArgs } from "node:util";
import { RainhooksError } from "@rainhooks/core";
import { benchBatches } from "./batches.ts";
import { benchMemory } from "./memory/memory.ts";
import { checkRatios, writeReport } from "./report/report.ts";
import { STEPS, type Step } from "./report/steps.ts";
import { benchNodeUnits } from "./units/node-units.ts";

const BENCHES: Readonly<Record<string, () => Promise<string>>> = {
  rivals: writeReport,
  ...Object.fromEntries(Object.entries(STEPS).map(([name, step]) => [name, printing(step)])),
  memory: benchMemory,
  batches: benchBatches,
  "node-units": benchNodeUnits,
};

/** Makes a benchmark that only prints what a step of the report measures. */
function printing(step: Step): () => Promise<string> {
  return async () => (await step("full")).section;
}

/** @throws {TypeError} for flags and benchmarks that do not exist. */
function readBenches(): readonly (() => Promise<string>)[] {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { check: { type: "boolean", default: false } },
  });
  const unknown = positionals.find((name) => !Object.hasOwn(BENCHES, name));
  if (unknown !== undefined || positionals.length === 0)
    throw new TypeError(
      `${unknown === undefined ? "Which benchmark?" : `Unknown benchmark ${unknown}.`} Benchmarks: ${Object.keys(BENCHES).join(", ")}.`,
    );
  if (values.check && positionals.join() !== "rivals")
    throw new TypeError("--check goes with rivals alone: npm run bench -- rivals --check");
  return positionals.flatMap((name) => (values.check ? checkRatios : (BENCHES[name] ?? [])));
}

/** Prints the message of an error that is meant for people; the process then ends with the code. */
function fail(error: unknown, type: typeof TypeError | typeof RainhooksError, exitCode: number): void {
  if (!(error instanceof type)) throw error;
  console.error(error.message);
  process.exitCode = exitCode;
}

let benches: ReturnType<typeof readBenches> = [];
try {
  benches = readBenches();
} catch (error) {
  fail(error, TypeError, 2);
}
try {
  for (const bench of benches) console.log(await bench());
} catch (error) {
  fail(error, RainhooksError, 1);
}
