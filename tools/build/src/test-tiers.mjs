/**
 * What `npm run test:all` runs besides `npm test`: files by their paths, each with what it proves
 * and why the first tier can do without it. A promise of the README has a test in the first tier,
 * too.
 */
export const SECOND_TIER = [
  {
    files: [
      "tools/e2e/src/tutorials/tutorials.e2e.test.ts",
      "tools/e2e/src/tutorials/first-steps.e2e.test.ts",
    ],
    why: "The tutorials as typed, the two shortest of them on a stage in the process of the test. The first tier compiles and runs the examples of all pages, and the commands that tutorials use.",
  },
  {
    files: ["tools/e2e/src/console/console.e2e.test.ts", "tools/e2e/src/site.e2e.test.ts"],
    why: "The pages of the console and of the documentation in Chromium: layout, keyboard, live changes, actions. The first tier draws each page without a browser (pages.e2e.test.ts).",
  },
  {
    files: [
      "tools/e2e/src/schemathesis.e2e.test.ts",
      "tools/e2e/src/moto.e2e.test.ts",
      "extensions/privacy/erase/versions.moto.e2e.test.ts",
      "infra/src/ministack.e2e.test.ts",
      ...["doctor", "forwarding", "repair"].map(
        (name) => `tools/e2e/src/${name}/ministack.e2e.test.ts`,
      ),
      "extensions/neo/local/rules.ministack.e2e.test.ts",
      "infra/src/checkov.e2e.test.ts",
    ],
    why: "Outside judges, which must be installed. The first tier judges the same by our own tests: the API against its document, the stage, the stacks.",
  },
  {
    files: ["tools/e2e/src/forwarding/killed-forward.e2e.test.ts"],
    why: "Kills and long waits. The first tier plays kills of forward with a backlog, in any order (backlog.property.test.ts).",
  },
  {
    files: ["tools/e2e/src/golden/commands.e2e.test.ts", "tools/e2e/src/golden/routes.e2e.test.ts"],
    why: "What all commands print and all routes of the console return, byte by byte. The first tier has what each of them does.",
  },
  {
    files: [
      "tools/e2e/src/repair/rebuild.e2e.test.ts",
      "tools/e2e/src/repair/replay.e2e.test.ts",
      "tools/e2e/src/repair/verify.e2e.test.ts",
    ],
    why: "Kills and long waits. The first tier verifies, rebuilds and replays on one stage in every-way, and extensions/repair has the steps.",
  },
  {
    files: [
      "tools/e2e/src/first-run.e2e.test.ts",
      "tools/e2e/src/local-data.e2e.test.ts",
      "tools/e2e/src/disturbed-start.e2e.test.ts",
      "tools/e2e/src/privacy/killed.e2e.test.ts",
      "tools/e2e/src/outage.e2e.test.ts",
      "tools/e2e/src/faults.e2e.test.ts",
      "tools/e2e/src/forwarding/batches.e2e.test.ts",
      "tools/e2e/src/neo/day.e2e.test.ts",
      "tools/e2e/src/repair/failures.e2e.test.ts",
    ],
    why: "Long waits, kills, outages and faults of a whole stage. The first tier has each of them in the packages that must bear it, and start.e2e a second start on kept data.",
  },
  {
    files: ["infra/src/every-field.test.ts"],
    why: "A stack without each field of a stage. The first tier has what each field does, and the stacks as they are.",
  },
  {
    files: ["tools/e2e/src/installed/project.e2e.test.ts"],
    why: "A project with the packages of a release. The first tier has the command from its package, and each part of a project in its own tests.",
  },
  {
    files: ["tools/e2e/src/own-webhooks.e2e.test.ts"],
    why: "A clone with two webhooks and an extension of its own. The first tier has a rule: tests take the functions that come with Rainhooks.",
  },
  {
    files: ["tools/e2e/src/without-extension.e2e.test.ts"],
    why: "A clone without an extension, another one each day. The first tier checks the types of such a tree.",
  },
  {
    files: ["tools/e2e/src/develop.e2e.test.ts"],
    why: "npm start with single webhooks, as whole programs. The first tier reloads a webhook, shows its events and triggers them on a stage in the test's process.",
  },
  {
    files: ["tools/e2e/src/alarms/week/any-order.week.test.ts"],
    why: "A played week with kills. extensions/alarms has the properties: the same alarms in any order.",
  },
  {
    files: [
      "tools/e2e/src/forwarding/operator.e2e.test.ts",
      "tools/e2e/src/repair/calls.e2e.test.ts",
    ],
    why: "Every call of commands and of one function against their policies. The first tier does that for the functions of each webhook, and checks all policies by rule.",
  },
  {
    files: ["tools/e2e/src/alarms/each-store-fails.e2e.test.ts"],
    why: "Each further way in which a store fails for 75 minutes. The first tier plays one of node status and one of time series (stores-fail.e2e.test.ts).",
  },
  {
    files: ["extensions/alarms/sweep/pieces.test.ts"],
    why: "Many alarms, and sweeps killed at every kind of call. The first tier has kills at any call and sweeps without time in any-history.property.test.ts.",
  },
  {
    files: ["alarms", "forwarding"].map((name) => `tools/e2e/src/${name}/which-rings.e2e.test.ts`),
    why: "Played hours against the alarms of a stack. The first tier has the metric of each function, the condition of each alarm, and the evaluator of conditions.",
  },
  {
    files: ["packages/testing/src/expressions.test.ts"],
    why: "How long each regular expression takes on texts that are made for it. The first tier has the limits of what they are given (attacks, hostile texts).",
  },
  {
    files: [
      "tools/bench/src/units/count.test.ts",
      "extensions/alarms/bench/alarm-units.test.ts",
      "extensions/forwarding/bench/outbox-units.test.ts",
      "extensions/samples/bench/sample-units.test.ts",
    ],
    why: "The units that npm run cost assumes, counted in thousands of events and five hours of sweeps. The first tier has how often each sink reads and writes.",
  },
];

/** The paths of the second tier. */
export const SECOND_TIER_FILES = SECOND_TIER.flatMap(({ files }) => files);

/** Files with random attempts, which are more in `npm run fuzz`. */
export const FUZZ_FILES = [
  "tools/e2e/src/attacks.e2e.test.ts",
  "tools/e2e/src/handlers.fuzz.e2e.test.ts",
  "apps/api/src/fuzz.property.test.ts",
  "packages/core/src/decode/decode.fuzz.test.ts",
  "packages/stage/src/operate/recent-deliveries.test.ts",
  "extensions/repair/verify/verify-store.test.ts",
  "packages/node-status/src/project.property.test.ts",
  "packages/node-status/src/fleet/take-sample.test.ts",
  "packages/node-status/src/fleet/read-samples.test.ts",
  "packages/time-series/src/query.property.test.ts",
  "packages/time-series/src/groups.property.test.ts",
  "extensions/alarms/sweep/late-values.property.test.ts",
  ...["backlog", "batches", "neighbours", "order"].map(
    (name) => `tools/e2e/src/forwarding/${name}.property.test.ts`,
  ),
  "tools/e2e/src/forwarding/receivers.test.ts",
];

/**
 * End-to-end tests that wait for minutes, the longest first: they begin at once, or a run would end
 * with them alone. Jest does not know that itself in CI, where it has no earlier run.
 */
export const LONGEST_FILES = [
  "tools/e2e/src/console/console.e2e.test.ts",
  "tools/e2e/src/installed/project.e2e.test.ts",
  "tools/e2e/src/tutorials/tutorials.e2e.test.ts",
  "tools/e2e/src/privacy/killed.e2e.test.ts",
  "tools/e2e/src/own-webhooks.e2e.test.ts",
  "tools/e2e/src/alarms/which-rings.e2e.test.ts",
  "tools/e2e/src/forwarding/operator.e2e.test.ts",
  "tools/e2e/src/repair/calls.e2e.test.ts",
  "tools/e2e/src/repair/rebuild.e2e.test.ts",
  "tools/e2e/src/tutorials/first-steps.e2e.test.ts",
  "tools/e2e/src/without-extension.e2e.test.ts",
  "tools/e2e/src/local-data.e2e.test.ts",
  "tools/e2e/src/site.e2e.test.ts",
  "tools/e2e/src/golden/commands.e2e.test.ts",
  "tools/e2e/src/repair/replay.e2e.test.ts",
  "tools/e2e/src/forwarding/batches.e2e.test.ts",
  "tools/e2e/src/forwarding/destinations.e2e.test.ts",
  "tools/e2e/src/repair/every-way.e2e.test.ts",
  "tools/e2e/src/privacy/erase.e2e.test.ts",
  "tools/e2e/src/neo/day.e2e.test.ts",
  "tools/e2e/src/first-run.e2e.test.ts",
];
