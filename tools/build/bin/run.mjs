#!/usr/bin/env node
/*
 * Entry point of all npm scripts. It needs only Node.js 20 or newer and npm: it installs pnpm,
 * Node.js 24 and the dependencies, builds, and then runs the given task (see TASKS).
 */
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onParentGone } from "../../../apps/local/parent-gone.mjs";
import { ChoiceMistake, readChoices } from "../../../packages/create-rainhooks/src/choices.mjs";
import {
  asksForHelp,
  STAGE_TASKS,
  usageOf,
  wrongArgument,
} from "../../../packages/stage/src/commands/usage.mjs";
import { leaveOutUnchanged } from "../src/changed.mjs";
import { exclusively } from "../src/exclusively.mjs";
import { firstTier, fuzzTests, JEST, secondTier, skipMissingTools } from "../src/jest-run.mjs";
import { findNode, nodeEnvironment } from "../src/lambda-node.mjs";
import { runPnpm } from "../src/pnpm.mjs";
import { makeWebhook } from "./new-webhook.mjs";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const IS_INSTALLED = existsSync(join(ROOT, "node_modules"));

/**
 * A smaller heap for young objects saves memory: a stage has many processes, which are mostly idle.
 */
const LEAN = ["--max-semi-space-size=4"];

/** pnpm runs the tests of changed packages, package by package; npm runs all tests at once. */
const BY_PACKAGE = process.env.npm_config_user_agent?.startsWith("pnpm/") === true;

/** Where packages are packed for a project. */
const PACKED = "node_modules/.cache/release";

const TASKS = {
  ...Object.fromEntries(
    Object.keys(STAGE_TASKS).map((task) => [
      task,
      (args) => [["--no-deprecation", "src/main.ts", task, ...args]],
    ]),
  ),
  // Node.js takes --env-file for its own wherever it stands, except after --.
  start: (args) => [[...LEAN, "--", "apps/local/src/main.ts", ...args]],
  rainhooks: (args) => [["apps/cli/src/main.ts", ...args]],
  // What is left out comes last: jest takes all that follows for more of it.
  test: (args) => [
    BY_PACKAGE
      ? ["node_modules/turbo/bin/turbo", "test", "--concurrency=1", ...args]
      : [...JEST, ...withoutChanged(args), ...firstTier(), ...leftOut.args],
  ],
  "test:all": async (args) => {
    const rest = [...secondTier(), ...args.slice(1)];
    return [[...JEST, ...(args[0] === "--rest" ? rest : args), ...(await skipMissingTools())]];
  },
  fuzz: ([seconds = "60", ...args]) => {
    process.env.FUZZ_SECONDS = seconds;
    return [[...JEST, ...fuzzTests(), ...args]];
  },
  mutants: (names) => [["tools/mutants/src/main.mjs", ...names]],
  check: () => [
    ["node_modules/@biomejs/biome/bin/biome", "ci", "--error-on-warnings"],
    ["node_modules/knip/bin/knip.js"],
  ],
  format: (args) => [["node_modules/@biomejs/biome/bin/biome", "check", "--write", ...args]],
  reference: () => [
    ["../tools/reference/src/main.ts"],
    ["../node_modules/@biomejs/biome/bin/biome", "format", "--write", "../docs"],
  ],
  budgets: (args) => [["tools/build/bin/budgets.mjs", ...args]],
  "new-webhook": () => [],
  "new-project": (args) => [
    ["tools/build/bin/release.mjs", "--out", PACKED],
    [`${PACKED}/create-rainhooks/bin.mjs`, ...args, "--packages", PACKED],
  ],
  release: (args) => [["tools/build/bin/release.mjs", ...args]],
  "large-fleet": (args) => [["tools/e2e/src/console/large-fleet.ts", ...args]],
  screenshots: () => [["tools/e2e/src/console/screenshots.ts"]],
  battery: (args) => [["tools/bench/src/battery/main.ts", ...args]],
  bench: (args) => [[...LEAN, "tools/bench/src/main.ts", ...args]],
};

/**
 * Tasks of the cdktf app. Other tasks can skip its packages, which are larger than all others
 * together.
 */
const INFRA_TASKS = new Set([...Object.keys(STAGE_TASKS), "reference"]);
/** What has Terraform's provider, and the pages that are made with it. */
const STACKS = ["infra", "stack", "reference"];
/** What these tasks need neither installed nor built. */
const WITHOUT = {
  ...Object.fromEntries(
    ["start", "rainhooks"].map((task) => [task, [...STACKS, "e2e", "bench", "mutants"]]),
  ),
  ...Object.fromEntries(["bench", "battery"].map((task) => [task, [...STACKS, "mutants"]])),
  mutants: STACKS,
  // Stryker and what it needs are for one task, and for the check of what is used.
  check: [],
};

const NO_NODE =
  "There is no Node.js 24 package for this platform. Install Node.js 24 and try again.";

function fail(message) {
  console.error(message);
  process.exit(1);
}

/** What pnpm says if a package.json needs what is not in the lockfile. */
const STALE_LOCKFILE = /ERR_PNPM_(OUTDATED_LOCKFILE|PACKAGE_MANAGER_NO_IMPORTER)/;

/**
 * Installs what the lockfile says. If a package.json has changed, the lockfile follows: but not in
 * CI, which tests what is committed.
 */
function install(filter) {
  const started = Date.now();
  const frozen = runPnpm(ROOT, `pnpm install --frozen-lockfile${filter}`);
  const text = `${frozen.stdout ?? ""}${frozen.stderr ?? ""}`;
  if (frozen.status !== 0) {
    if (process.env.CI !== undefined || !STALE_LOCKFILE.test(text))
      fail(`${text}\nInstalling failed.`);
    console.error(
      "A package.json has changed: installing what it needs, and updating pnpm-lock.yaml …",
    );
    withPnpm("pnpm install --no-frozen-lockfile", "Installing");
  }
  return ((Date.now() - started) / 1000).toFixed(1);
}

/** Runs a shell command with pnpm on the PATH. Its output is printed only if it fails. */
function withPnpm(line, what) {
  const started = Date.now();
  const result = runPnpm(ROOT, line);
  if (result.status !== 0) fail(`${result.stdout ?? ""}${result.stderr ?? ""}\n${what} failed.`);
  return ((Date.now() - started) / 1000).toFixed(1);
}

/**
 * Tasks that also check the types of all packages. The others build only what runs: Node.js runs
 * TypeScript as it is.
 */
const CHECKS_TYPES = new Set(["check", "test", "test:all", "release", "new-project"]);

/** Tasks of what stands in files. A new webhook is built when it is there. */
const NEEDS_NO_BUILD = new Set(["new-webhook", "new-stage", "budgets"]);

function setUp(task, args) {
  const filter = (WITHOUT[task] ?? ["mutants"])
    .map((name) => ` --filter=!@rainhooks/${name}`)
    .join("");
  const fresh = !IS_INSTALLED;
  if (fresh) console.error("First run: installing dependencies and Node.js 24 …");
  const installS = install(filter);
  if (fresh) console.error(`Installed in ${installS} s. Building …`);
  if (NEEDS_NO_BUILD.has(task)) return;
  // The tests of a folder run without the types of all others.
  const checksTypes =
    CHECKS_TYPES.has(task) &&
    (["release", "new-project"].includes(task) || withoutChanged(args).length === 0);
  const buildS = withPnpm(`pnpm turbo ${checksTypes ? "build" : "bundle"}${filter}`, "Building");
  if (fresh) console.error(`Built in ${buildS} s.\n`);
}

function runNode(node, args, cwd) {
  const child = spawn(node, args, { cwd, stdio: "inherit", env: nodeEnvironment(node) });
  // Ctrl-C also reaches the child, which decides how to end, and takes a second signal for another
  // one.
  let isEnding = false;
  process.on("SIGINT", () => {
    isEnding = true;
  });
  process.on("SIGTERM", () => {
    isEnding = true;
    child.kill("SIGTERM");
  });
  onParentGone(() => isEnding || child.kill("SIGTERM"));
  // The exit code of shells for a process that was ended by a signal.
  return new Promise((done) =>
    child.on("exit", (code, signal) => done(code ?? 128 + constants.signals[signal])),
  );
}

/** Prints the help of a script, or refuses its arguments, before anything is installed or built. */
function checkArguments(task, args) {
  const usage = task === "start" && IS_INSTALLED ? undefined : usageOf(task);
  if (usage !== undefined && asksForHelp(args)) {
    console.log(usage);
    process.exit(0);
  }
  const mistake = wrongArgument(task, args);
  if (mistake === undefined) return;
  console.error(mistake);
  process.exit(2);
}

/** The option of `npm test` that leaves out what is as in main. */
const CHANGED = "--changed";

function withoutChanged(args) {
  return args.filter((word) => word !== CHANGED);
}

/** Returns what `--changed` leaves out of the tests. */
function chooseTests(task, args) {
  if (task !== "test" || !args.includes(CHANGED)) return { args: [] };
  try {
    return leaveOutUnchanged(ROOT);
  } catch (error) {
    console.error(error.message);
    process.exit(2);
  }
}

/** Returns what a new webhook shall be. */
function chooseWebhook(args) {
  try {
    return readChoices(args, {
      events: eventTypes(),
      folderOf: (name) => (existsSync(join(ROOT, "apps", name)) ? `apps/${name}` : undefined),
      command: "npm run new-webhook --",
    });
  } catch (error) {
    if (!(error instanceof ChoiceMistake)) throw error;
    console.error(error.message);
    process.exit(2);
  }
}

/**
 * The types of the catalog without their prefix, read from its source: nothing may be built yet.
 */
function eventTypes() {
  const catalog = readFileSync(join(ROOT, "packages/core/src/catalog.ts"), "utf8");
  return [...catalog.matchAll(/^ {4}type: "rmaker\.event\.(\w+)",$/gm)].map(([, type]) => type);
}

const [task = "", ...args] = process.argv.slice(2);
if (!Object.hasOwn(TASKS, task))
  fail(`Unknown task ${task}. Tasks: ${Object.keys(TASKS).join(", ")}.`);
checkArguments(task, args);
const choices = task === "new-webhook" ? await chooseWebhook(args) : undefined;
const leftOut = chooseTests(task, args);
const isSetUp = IS_INSTALLED && (task === "rainhooks" || (task === "start" && asksForHelp(args)));
if (!isSetUp)
  exclusively(
    ROOT,
    () => setUp(task, args),
    (pid) => console.error(`Waiting for process ${pid}, which sets up this folder.`),
  );
const node = findNode() ?? fail(NO_NODE);
if (leftOut.line !== undefined) console.error(leftOut.line);
for (const line of await TASKS[task](args)) {
  const code = await runNode(node, line, INFRA_TASKS.has(task) ? join(ROOT, "infra") : ROOT);
  if (code !== 0) process.exit(code);
}
if (choices !== undefined) {
  const { name, sink } = choices;
  console.error(`Writing apps/${name} and building it …`);
  makeWebhook(choices);
  withPnpm(
    `pnpm install --no-frozen-lockfile && pnpm exec biome check --write apps/${name} apps/list && pnpm turbo bundle --filter=@rainhooks/app-${name}`,
    `Building apps/${name}`,
  );
  console.log(
    `Created apps/${name}: src/webhook.ts says which events it gets, src/handler.ts what it does with them.`,
  );
  if (sink === "http")
    console.log(
      `Say where it sends: (umask 077; echo '${name}.url=http://localhost:3000/hook' >> secrets.env)`,
    );
  console.log(`Try it: npm start -- --webhooks ${name} --watch`);
  console.log(`Test it: npm test -- ${name}`);
}
