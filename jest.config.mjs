import { availableParallelism, totalmem } from "node:os";

/** Memory of a worker with the stages of its tests: most is in their processes. */
const WORKER_BYTES = 1_400_000_000;

/** One run for the whole workspace: tests stand beside what they test. */
export default {
  roots: ["packages", "apps", "infra/src", "extensions", "tools"].map(
    (folder) => `<rootDir>/${folder}`,
  ),
  testMatch: ["**/*.test.{ts,tsx}"],
  modulePathIgnorePatterns: ["/dist/", "/bundle/", "/templates/app/package.json$"],
  testRunner: "<rootDir>/tools/build/src/jest-native.mjs",
  testEnvironment: "<rootDir>/tools/build/src/jest-environment.mjs",
  // Only for tests that hang: how long the others take depends on the machine, and on what else
  // runs there.
  testTimeout: 600_000,
  // Two more than cores: end-to-end tests mostly wait, for processes, queues and buffers. With five
  // more, no run is quicker, and takes more time of processors.
  maxWorkers: Math.max(
    1,
    Math.min(availableParallelism() + 2, Math.floor(totalmem() / WORKER_BYTES)),
  ),
  // A worker keeps some of the memory of each file that it has run: it is replaced when that is
  // much.
  workerIdleMemoryLimit: "600MB",
  // A worker ends at once when it is told to. Jest notices that later while it is busy itself, and
  // would say after half a second that tests leak.
  workerGracefulExitTimeout: 30_000,
  testSequencer: "<rootDir>/tools/build/src/jest-sequencer.mjs",
  reporters: [
    "default",
    "<rootDir>/tools/build/src/jest-times.mjs",
    "<rootDir>/tools/build/src/jest-summary.mjs",
  ],
};
