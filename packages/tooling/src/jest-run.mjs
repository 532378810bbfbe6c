import { spawnSync } from "node:child_process";

/** Arguments with which Node.js runs jest in the root folder of the workspace. */
export const JEST = ["--experimental-vm-modules", "--no-warnings", "node_modules/jest/bin/jest.js"];

/** Python tools that are optional for development. Each is needed by one test. */
const PYTHON_TOOLS = [
  { command: process.env.MOTO_SERVER ?? "moto_server", test: "moto" },
  { command: process.env.SCHEMATHESIS ?? "schemathesis", test: "schemathesis" },
  { command: process.env.MINISTACK ?? "ministack", test: "ministack" },
  { command: process.env.CHECKOV ?? "checkov", test: "checkov" },
];

/** Returns jest arguments that skip the tests of missing tools, and prints which tests are skipped. */
export function ignoreMissingTools() {
  const missing = PYTHON_TOOLS.filter(
    ({ command }) =>
      spawnSync(command, ["--help"], { stdio: "ignore", shell: process.platform === "win32" }).status !== 0,
  );
  for (const { command, test } of missing)
    console.log(`${command} is not installed: ${test}.e2e.test.ts is skipped (see CONTRIBUTING.md).`);
  return missing.flatMap(({ test }) => ["--testPathIgnorePatterns", `${test}\\.e2e`]);
}
