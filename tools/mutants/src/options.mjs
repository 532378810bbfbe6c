import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { MIN_SCORES } from "./folders.mjs";

/** Test files that take long by design. Quicker tests must kill the same mutants. */
const SLOW_TESTS = [
  "\\.fuzz\\.test\\.ts$",
  "/query\\.property\\.test\\.ts$",
  "/console/src/(?:serve/console|size)\\.test\\.ts$",
  "\\.test\\.tsx$",
  "/alarms/questions/alarms\\.test\\.ts$",
  "/alarms/sweep/",
  "/forwarding/(?:attempts|fan-out|pauses|send/(?!url-template)|targets|worker|together)",
  "/forwarding/(?:copies/memory|destinations/(?:manage|store)|health/report|outbox/outbox|secrets/stores)",
];

/**
 * What such tests alone run: sweeps, what sends, what they store, and what reads a whole stage. A
 * mutant of it takes up to half a minute.
 */
const SLOW_CODE = [
  "packages/stage/src/query/questions/{alerts,fleet,list-nodes,nodes,series}.ts",
  "extensions/alarms/sweep/**/*.ts",
  "extensions/alarms/alarms/{alarm-item,alarm-store,due,list-alarms,transition}.ts",
  "extensions/alarms/rules/rule-store.ts",
  "extensions/alarms/watch-tables.ts",
  "extensions/forwarding/{attempts,fan-out,pauses,targets,worker,messages}/**/*.ts",
  "extensions/forwarding/copies/memory.ts",
  "extensions/forwarding/destinations/{destination-store,cached-destinations,manage,read-secrets,set-state,store,update-item}.ts",
  "extensions/forwarding/health/{health,report}.ts",
  "extensions/forwarding/outbox/!(plan-cut).ts",
  "extensions/forwarding/secrets/{cached-secrets,file-store,ssm-store,store-at}.ts",
  "extensions/forwarding/send/!(url-template).ts",
  "extensions/forwarding/{forwarding-tables,table-use}.ts",
];

/** Of an app, what is tried: what needs neither a stage nor a look at the page. */
const OF_APPS = {
  "apps/console/src": [
    "page/{events/use-tail.ts,fleet/{filter-bar.tsx,node-list.ts}}",
    "serve/page-files.ts",
  ],
};

/** Returns Stryker's options for one folder, whose mutants must be killed by its own tests. */
export function strykerOptions(folder) {
  const minScore = MIN_SCORES[folder];
  const folders = Object.keys(MIN_SCORES);
  const within = folders.filter((other) => other.startsWith(`${folder}/`));
  // A part of a folder is tested by the tests of the whole.
  const root = folders.find((other) => folder.startsWith(`${other}/`)) ?? folder;
  const name = folder.replaceAll("/", "-");
  return {
    mutate: OF_APPS[folder]?.map((path) => `${folder}/${path}`) ?? [
      `${folder}/**/*.ts`,
      `!${folder}/**/*.test.ts`,
      `!${folder}/**/testing/**`,
      `!${folder}/**/index.ts`,
      `!${folder}/**/{table-description,slots-table,filter-rules-table,node-status-tables,time-series-tables,watch-tables}.ts`,
      ...[...SLOW_CODE, ...within.map((part) => `${part}/**`)].map((path) => `!${path}`),
    ],
    ignorePatterns: [
      ...(folder.startsWith("apps/") ? [] : ["/apps"]),
      "/infra",
      "/docs",
      "/coverage",
      "/.rainhooks",
      "/.mutants",
      "dist",
      "bundle",
    ],
    // There is none: TypeScript 7 has no functions that Stryker could read one with.
    tsconfigFile: "none.json",
    testRunner: "jest",
    plugins: [fileURLToPath(import.meta.resolve("@stryker-mutator/jest-runner"))],
    testRunnerNodeArgs: ["--experimental-vm-modules", "--no-warnings"],
    jest: {
      config: {
        // Jest's own ways, which load every module again for each file: a mutant in what runs when
        // a module is loaded must be noticed, too.
        testEnvironment: fileURLToPath(import.meta.resolve("jest-environment-node")),
        testRunner: fileURLToPath(import.meta.resolve("jest-circus/runner")),
        extensionsToTreatAsEsm: [".ts", ".tsx"],
        transform: { "\\.tsx?$": "<rootDir>/tools/mutants/src/jest-transform.mjs" },
        transformIgnorePatterns: ["/node_modules/"],
        roots: [`<rootDir>/${root}`],
        testPathIgnorePatterns: ["/node_modules/", ...SLOW_TESTS],
        runner: "<rootDir>/tools/mutants/src/until-noticed.mjs",
        moduleNameMapper: { "^fast-check$": "<rootDir>/tools/mutants/src/fewer-runs.mjs" },
      },
    },
    coverageAnalysis: "perTest",
    // jest keeps ES modules in memory from run to run.
    maxTestRunnerReuse: 100,
    concurrency: Math.max(1, availableParallelism() - 1),
    incremental: true,
    incrementalFile: `.mutants/${name}.json`,
    reporters: ["clear-text", "html", ...(process.stdout.isTTY ? ["progress"] : [])],
    htmlReporter: { fileName: `.mutants/${name}.html` },
    clearTextReporter: {
      allowColor: false,
      allowEmojis: false,
      logTests: false,
      reportTests: false,
      skipFull: true,
    },
    thresholds: { high: 100, low: minScore, break: minScore },
    warnings: { slow: false },
  };
}
