import { cpus, loadavg, totalmem } from "node:os";
import { RainhooksError } from "@rainhooks/core/errors";
import { formatTable } from "@rainhooks/stage/terminal/format-table";
import { fixedText } from "./markdown.ts";
import { writeSection } from "./page.ts";
import { measureUntilMet, meetsLimit } from "./ratio.ts";
import { STEPS, type Step } from "./steps.ts";

/**
 * Measures everything beside its rivals, step by step, and writes what each has measured to its
 * place in docs/benchmarks.md at once: a step that fails leaves what the others wrote.
 *
 * @throws {RainhooksError} `input-invalid` at the end if a step failed.
 */
export async function writeReport(): Promise<string> {
  const failed: string[] = [];
  await writeSection("machine", machineText());
  for (const [name, step] of Object.entries(STEPS)) {
    const startedMs = performance.now();
    try {
      await writeSection(name, (await step("full")).section);
      console.log(
        `${name}: written to docs/benchmarks.md after ${fixedText((performance.now() - startedMs) / 1000, 0)} s`,
      );
    } catch (error) {
      failed.push(name);
      console.error(`${name} failed: ${error instanceof Error ? error.message : error}`);
    }
  }
  if (failed.length === 0) return "The report is complete.";
  throw new RainhooksError(
    "input-invalid",
    `These steps failed, and have the figures of an earlier run: ${failed.join(", ")}.`,
  );
}

/**
 * Runs each step of the report small, and compares the ratios of times with their limits. Writes
 * nothing.
 *
 * @throws {RainhooksError} `input-invalid` if a ratio misses its limit each time.
 */
export async function checkRatios(): Promise<string> {
  const ratios = [];
  for (const step of Object.values<Step>(STEPS))
    ratios.push(...(await measureUntilMet(async () => (await step("small")).ratios)));
  const table = formatTable(
    ["ratio", "measured", "limit"],
    ratios.map((ratio) => [ratio.what, fixedText(ratio.value, 2), `${ratio.sign} ${ratio.limit}`]),
  );
  const missed = ratios.filter((ratio) => !meetsLimit(ratio));
  if (missed.length === 0) return table;
  throw new RainhooksError(
    "input-invalid",
    `${table}\n${missed.length} of these missed their limits three times in a row. If that is right, change the limits in tools/bench/src/report/steps.ts.`,
  );
}

function machineText(): string {
  const [processor] = cpus();
  const memory = `${fixedText(totalmem() / 1024 ** 3, 0)} GiB`;
  return `${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${processor?.model ?? "unknown processor"}, ${memory}, Node.js ${process.version.slice(1)}; ${fixedText(loadavg()[0] ?? Number.NaN, 1)} processes were ready to run when it began.`;
}
