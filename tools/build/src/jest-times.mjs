import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";

/** Environment variable with the folder in which workers note what test files take. */
export const SPENT_VARIABLE = "RAINHOOKS_TEST_TIMES";
/** Runs that take less need no explanation. */
const MIN_RUN_MS = 30_000;
const SLOWEST = 15;
/**
 * What programs that tests start keep there: Node.js, jest in a project of a user, and two judges.
 */
const OF_PROGRAMS = /^(node-compile-cache$|jest_|\.lark_cache_|ministack-)/;

/**
 * Jest reporter that says what test files left open or in the folder for temporary files, and where
 * the time of a run went: its slowest files, with their time of processors.
 */
export default class Times {
  #folder;
  #rootDir;

  constructor({ rootDir }) {
    this.#rootDir = rootDir;
    this.#folder = mkdtempSync(join(tmpdir(), "test-times-"));
    // Workers start later, and inherit both.
    process.env[SPENT_VARIABLE] = join(this.#folder, "times");
    process.env.TMPDIR = join(this.#folder, "files");
    for (const name of ["times", "files"]) mkdirSync(join(this.#folder, name));
  }

  onRunComplete(_contexts, { testResults, startTime }) {
    const spent = readSpent(join(this.#folder, "times"));
    const leftFiles = readdirSync(join(this.#folder, "files")).filter(
      (name) => !OF_PROGRAMS.test(name),
    );
    rmSync(this.#folder, { recursive: true });
    if (leftFiles.length > 0) console.log(leftText(leftFiles));
    const nameOf = (path) => relative(this.#rootDir, path);
    for (const [path, { left }] of spent)
      if (left.length > 0) console.log(`${nameOf(path)} left open: ${left.join(", ")}`);
    const wallMs = Date.now() - startTime;
    if (wallMs < MIN_RUN_MS) return;
    const files = testResults.map(({ testFilePath: path, perfStats: { start, end } }) => ({
      name: nameOf(path),
      wallMs: end - start,
      processorMs: spent.get(path)?.processorMs ?? 0,
    }));
    console.log(timesText(files, wallMs));
  }
}

/** Returns what workers have noted about files, by their paths. */
function readSpent(folder) {
  const texts = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8").trim());
  return new Map(
    texts.flatMap((text) =>
      text.split("\n").map((line) => [JSON.parse(line).path, JSON.parse(line)]),
    ),
  );
}

/** Describes which folders tests have left, by what their names begin with. */
export function leftText(names) {
  const counts = new Map();
  for (const name of names) {
    const start = name.replace(/[-.]?[A-Za-z0-9]{6}$/, "");
    counts.set(start, (counts.get(start) ?? 0) + 1);
  }
  return `Tests left temporary files: ${[...counts].map(([start, count]) => `${start} (${count})`).join(", ")}`;
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
