import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { cpus, loadavg, totalmem } from "node:os";
import { join } from "node:path";
import { checkRatios } from "./check.ts";
import { type Figures, measureAll } from "./figures.ts";
import { fixed } from "./markdown.ts";
import { writePage } from "./page.ts";
import { ROOT } from "./root.ts";
import { consoleSection, forwardSection } from "./sections/forward.ts";
import { handlersSection } from "./sections/handlers.ts";
import { moneySection } from "./sections/money.ts";
import { operateSection } from "./sections/operate.ts";
import { bundlesSection, decodeSection, installedSection } from "./sections/parts.ts";
import { sinceSection } from "./sections/since.ts";
import { FULL, QUICK } from "./sizes.ts";
import { targetsSection } from "./targets.ts";

/** Options of {@link benchReport}. */
export interface ReportOptions {
  /** Measures little, and writes nothing. */
  readonly quick: boolean;
  /** Also runs and times all tests. */
  readonly tests: boolean;
  /** Instead of a report, measures only what has limits. */
  readonly check: boolean;
}

/**
 * Measures everything beside its rivals. Unless it is only tried, the report is written to docs/performance.md.
 *
 * @throws {RainhooksError} `input-invalid` if a ratio that is checked misses its limit.
 */
export async function benchReport({ quick, tests, check }: ReportOptions): Promise<string> {
  if (check) return checkRatios();
  const startedMs = performance.now();
  const onProgress = (what: string) =>
    console.error(`${fixed((performance.now() - startedMs) / 1000, 0)} s: ${what}`);
  const load = loadavg()[0] ?? Number.NaN;
  const figures = await measureAll({ size: quick ? QUICK : FULL, tests, onProgress });
  const report = await reportOf(figures, load);
  if (!quick) await writePage(report);
  return report;
}

async function reportOf(figures: Figures, load: number): Promise<string> {
  return [
    await machineText(figures, load),
    targetsSection(figures),
    sinceSection(figures),
    handlersSection(figures),
    decodeSection(figures),
    bundlesSection(figures),
    moneySection(figures),
    operateSection(figures),
    forwardSection(figures),
    consoleSection(figures),
    installedSection(figures),
  ].join("\n\n");
}

/** Packages whose versions matter. */
const PACKAGES = [
  ["AWS SDK", "@aws-sdk/client-dynamodb"],
  ["Powertools", "@aws-lambda-powertools/batch"],
  ["zod", "zod"],
  ["esbuild", "esbuild"],
  ["DuckDB", "@duckdb/node-api"],
  ["undici", "undici"],
] as const;

async function machineText({ minutes }: Figures, load: number): Promise<string> {
  const [processor] = cpus();
  const versions = await Promise.all(
    PACKAGES.map(async ([name, path]) => {
      const manifest = await readFile(join(ROOT, "apps/bench/node_modules", path, "package.json"), "utf8");
      return `${name} ${JSON.parse(manifest).version}`;
    }),
  );
  const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], {
    cwd: ROOT,
    encoding: "utf8",
  }).trim();
  const memory = `${fixed(totalmem() / 1024 ** 3, 0)} GiB`;
  return [
    `Commit ${commit}, ${new Date().toISOString().slice(0, 10)}. ${cpus().length} × ${processor?.model ?? "unknown processor"}, ${memory}; ${fixed(load, 1)} processes were ready to run when it began, and it took ${fixed(minutes, 0)} minutes.`,
    `Node.js ${process.version.slice(1)}, ${versions.join(", ")}.`,
  ].join("\n");
}
