import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { FUZZ_FILES, SECOND_TIER_FILES } from "./test-tiers.mjs";

const HEAP = `--max-old-space-size=${process.env.RAINHOOKS_TEST_MIB ?? 1024}`;

/**
 * Arguments with which Node.js runs jest in the root folder of the workspace. Its workers inherit
 * the options. Without a limit, they keep what they could free as long as the machine has memory,
 * two gigabytes together; `RAINHOOKS_TEST_MIB` is another limit, for a test of another size.
 * Threads that collect garbage only wait for each other where all processors are busy.
 */
export const JEST = [HEAP, "--single-threaded-gc", "node_modules/jest/bin/jest.js"];

/** Programs that are optional for development, and the tests that need them. */
const OPTIONAL_TOOLS = [
  { command: process.env.MOTO_SERVER ?? "moto_server", tests: ["moto"] },
  { command: process.env.SCHEMATHESIS ?? "schemathesis", tests: ["schemathesis"] },
  { command: process.env.MINISTACK ?? "ministack", tests: ["ministack"] },
  { command: process.env.CHECKOV ?? "checkov", tests: ["checkov"] },
  { command: "terraform", ask: "version", tests: ["terraform"] },
  { command: process.env.CHROMIUM ?? "chromium", ask: "--version", tests: ["console", "site"] },
];
const SITE = "docs/.vitepress/dist/index.html";

/** Returns jest arguments that leave out the second tier. */
export function firstTier() {
  return SECOND_TIER_FILES.flatMap((path) => ["--testPathIgnorePatterns", patternOf(path)]);
}

/** Returns jest arguments that select the second tier. */
export function secondTier() {
  return SECOND_TIER_FILES.map(patternOf);
}

/** Returns jest arguments that select the tests with random attempts. */
export function fuzzTests() {
  return FUZZ_FILES.map(patternOf);
}

function patternOf(path) {
  return `/${path.replaceAll(".", "\\.")}$`;
}

/**
 * Returns jest arguments that skip the tests of missing tools, and prints which tests are skipped.
 */
export async function skipMissingTools() {
  const started = await Promise.all(OPTIONAL_TOOLS.map(starts));
  const missing = OPTIONAL_TOOLS.filter((_, index) => !started[index]);
  for (const { command, tests } of missing)
    for (const test of tests)
      console.log(
        `${command} is not installed: ${test}.e2e.test.ts is skipped (see CONTRIBUTING.md).`,
      );
  const hasSite = existsSync(SITE);
  if (!hasSite)
    console.log("The site is not built: site.e2e.test.ts is skipped (npm run site builds it).");
  const left = [...missing.flatMap(({ tests }) => tests), ...(hasSite ? [] : ["site"])];
  return left.flatMap((test) => ["--testPathIgnorePatterns", `${test}\\.e2e`]);
}

/** Returns whether a program starts. */
function starts({ command, ask = "--help" }) {
  const child = spawn(command, [ask], { stdio: "ignore", shell: process.platform === "win32" });
  return new Promise((done) =>
    child.on("error", () => done(false)).on("exit", (code) => done(code === 0)),
  );
}
