import { spawnSync } from "node:child_process";

/** Arguments of Node.js that run jest, from the workspace's folder. */
export const JEST = ["--experimental-vm-modules", "--no-warnings", "node_modules/jest/bin/jest.js"];

/** Tools in Python that judge from outside: each has a test of its own, which needs it. */
const JUDGES = [
  { command: process.env.MOTO_SERVER ?? "moto_server", test: "moto" },
  { command: process.env.SCHEMATHESIS ?? "schemathesis", test: "schemathesis" },
];

/** Where the machine lacks a judge, the run says what it leaves out. */
export function withoutMissingJudges() {
  const missing = JUDGES.filter(
    ({ command }) =>
      spawnSync(command, ["--help"], { stdio: "ignore", shell: process.platform === "win32" }).status !== 0,
  );
  for (const { command, test } of missing)
    console.log(
      `${command} does not run on this machine: ${test}.e2e.test.ts is left out (see CONTRIBUTING.md).`,
    );
  return missing.flatMap(({ test }) => ["--testPathIgnorePatterns", `${test}\\.e2e`]);
}
