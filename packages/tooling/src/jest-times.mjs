import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";

/** Environment variable with the folder in which workers note what test files take. */
export const SPENT_VARIABLE = "RAINHOOKS_TEST_TIMES";
/** Runs that take less need no explanation. */
const MIN_RUN_MS = 60_000;
const SLOWEST = 15;

/** Jest reporter that says where the time of a run went: its slowest files, with their time of processors. */
export default class Times {
  #folder;
  #rootDir;

  constructor({ rootDir }) {
    this.#rootDir = rootDir;
    this.#folder = mkdtempSync(join(tmpdir(), "test-times-"));
    // Workers start later, and inherit it.
    process.env[SPENT_VARIABLE] = this.#folder;
  }

  onRunComplete(_contexts, { testResults, startTime }) {
    const processorMs = readSpent(this.#folder);
    rmSync(this.#folder, { recursive: true });
    const wallMs = Date.now() - startTime;
    if (wallMs < MIN_RUN_MS) return;
    const files = testResults.map(({ testFilePath: path, perfStats: { start, end } }) => ({
      name: relative(this.#rootDir, path),
      wallMs: end - start,
      processorMs: processorMs.get(path) ?? 0,
    }));
    console.log(timesText(files, wallMs));
  }
}

function readSpent(folder) {
  const lines = readdirSync(folder).flatMap((name) =>
    readFileSync(join(folder, name), "utf8").trim().split("\n"),
  );
  return new Map(
    lines.map((line) => {
      const { path, processorMs } = JSON.parse(line);
      return [path, processorMs];
    }),
  );
}

/** Describes where the time of a run went. */
export function timesText(files, wallMs) {
  const seconds = (ms) => (ms / 1000).toFixed(0).padStart(6);
  const sum = files.reduce((total, { processorMs }) => total + processorMs, 0);
  const slowest = files.toSorted((a, b) => b.processorMs - a.processorMs).slice(0, SLOWEST);
  return [
    `${files.length} files took ${seconds(wallMs).trim()} s and ${seconds(sum).trim()} s of processors. The slowest, by seconds of processors and by the clock:`,
    ...slowest.map((file) => `${seconds(file.processorMs)}${seconds(file.wallMs)}  ${file.name}`),
  ].join("\n");
}
