/*
 * Benchmarks of Rainhooks. AWS itself is not measured: rates and times with the embedded services
 * show how much work the code causes, not how fast Lambda or DynamoDB are. Load times depend on the
 * disk and processor of this machine.
 */
import { RainhooksError } from "@rainhooks/core/errors";
import { readArguments } from "@rainhooks/stage/commands/usage.mjs";
import { benchMemory } from "./memory/memory.ts";
import { checkRatios, writeReport } from "./report/report.ts";
import { STEPS, type Step } from "./report/steps.ts";

const BENCHES: Readonly<Record<string, () => Promise<string>>> = {
  rivals: writeReport,
  // A step of the report, which is only printed.
  ...Object.fromEntries(
    Object.entries<Step>(STEPS).map(([name, step]) => [
      name,
      async () => (await step("full")).section,
    ]),
  ),
  memory: benchMemory,
};

/** @throws {TypeError} for flags and benchmarks that do not exist. */
function readBenches(): readonly (() => Promise<string>)[] {
  const { positionals, values } = readArguments("bench", process.argv.slice(2));
  const unknown = positionals.find((name) => !Object.hasOwn(BENCHES, name));
  if (unknown !== undefined || positionals.length === 0)
    throw new TypeError(
      `${unknown === undefined ? "Which benchmark?" : `Unknown benchmark ${unknown}.`} Benchmarks: ${Object.keys(BENCHES).join(", ")}.`,
    );
  if (values["check"] === true && positionals.join() !== "rivals")
    throw new TypeError("--check goes with rivals alone: npm run bench -- rivals --check");
  return positionals.flatMap((name) =>
    values["check"] === true ? checkRatios : (BENCHES[name] ?? []),
  );
}

let benches: ReturnType<typeof readBenches> | undefined;
try {
  benches = readBenches();
  for (const bench of benches) console.log(await bench());
} catch (error) {
  // Messages for people: of arguments, or of a benchmark.
  if (!(error instanceof (benches === undefined ? TypeError : RainhooksError))) throw error;
  console.error(error.message);
  process.exitCode = benches === undefined ? 2 : 1;
}
