import { spawnSync } from "node:child_process";
import { FUZZ_FILES, SECOND_TIER_FILES } from "./test-tiers.mjs";

/** Arguments with which Node.js runs jest in the root folder of the workspace. */
export const JEST = ["node_modules/jest/bin/jest.js"];

/** Programs that are optional for development. Each is needed by one test. */
const OPTIONAL_TOOLS = [
  { command: process.env.MOTO_SERVER ?? "moto_server", test: "moto" },
  { command: process.env.SCHEMATHESIS ?? "schemathesis", test: "schemathesis" },
  { command: process.env.MINISTACK ?? "ministack", test: "ministack" },
  { command: process.env.CHECKOV ?? "checkov", test: "checkov" },
  { command: process.env.CHROMIUM ?? "chromium", ask: "--version", test: "console" },
];

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

/** Returns jest arguments that skip the tests of missing tools, and prints which tests are skipped. */
export function skipMissingTools() {
  const missing = OPTIONAL_TOOLS.filter(
    ({ command, ask = "--help" }) =>
      spawnSync(command, [ask], { stdio: "ignore", shell: process.platform === "win32" }).status !== 0,
  );
  for (const { command, test } of missing)
    console.log(`${command} is not installed: ${test}.e2e.test.ts is skipped (see CONTRIBUTING.md).`);
  return missing.flatMap(({ test }) => ["--testPathIgnorePatterns", `${test}\\.e2e`]);
}
