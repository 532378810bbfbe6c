/*
 * Benchmarks of Rainhooks. AWS itself is not measured: rates and times with the embedded services
 * show how much work the code causes, not how fast Lambda or DynamoDB are. Load times depend on the
 * disk and processor of this machine.
 */
import { RainhooksError } from "@rainhooks/core/errors";
import { readArguments, UsageMistake } from "@rainhooks/stage/commands/usage.mjs";
import { checkRatios, decodeStep, loadStep } from "./steps.ts";

const BENCHES = new Map<string | undefined, () => Promise<string>>([
  ["decode", async () => (await decodeStep("full")).table],
  ["load", async () => (await loadStep("full")).table],
  ["check", checkRatios],
]);

try {
  const [name, ...more] = readArguments("bench", process.argv.slice(2)).positionals;
  const bench = more.length === 0 ? BENCHES.get(name) : undefined;
  if (bench === undefined)
    throw new UsageMistake(`Which benchmark? One of ${[...BENCHES.keys()].join(", ")}.`);
  console.log(await bench());
} catch (error) {
  // Messages for people: of arguments, or of a benchmark.
  if (!(error instanceof UsageMistake || error instanceof RainhooksError)) throw error;
  console.error(error.message);
  process.exitCode = error instanceof UsageMistake ? 2 : 1;
}
