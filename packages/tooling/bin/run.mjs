#!/usr/bin/env node
/*
 * The workspace's entry on a machine that has only Node.js 20 or newer and npm: brings pnpm, Node.js 24 and the
 * dependencies, builds, and then does what it was asked: start, test, mutants, check, bench, rainhooks, synth,
 * trial, cost.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { JEST, withoutMissingJudges } from "../src/jest-run.mjs";
import { findNode } from "../src/lambda-node.mjs";
import { makeWebhook, mistakeIn } from "./new-webhook.mjs";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const WINDOWS = process.platform === "win32";
const rootPackage = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));

/** Young objects get less room than is usual: a stage is many processes, and waits most of the time. */
const LEAN = ["--max-semi-space-size=4"];

/** pnpm runs the tests package by package, those that changed; npm all of them in one run. */
const BY_PACKAGE = process.env.npm_config_user_agent?.startsWith("pnpm/") === true;

const TASKS = {
  start: (args) => [[...LEAN, "apps/local/src/main.ts", ...args]],
  rainhooks: (args) => [["apps/cli/src/main.ts", ...args]],
  // What is left out comes last: jest takes all that follows for more of it.
  test: (args) => [
    BY_PACKAGE
      ? ["node_modules/turbo/bin/turbo", "test", "--concurrency=1", ...args]
      : [...JEST, ...args, ...withoutMissingJudges()],
  ],
  fuzz: ([seconds = "60", ...args]) => {
    if (!/^[1-9]\d*$/.test(seconds))
      fail(`npm run fuzz -- <seconds>: ${seconds} is not a number of seconds.`);
    process.env.FUZZ_SECONDS = seconds;
    return [[...JEST, "fuzz", ...args]];
  },
  mutants: (names) => [["packages/mutants/src/main.mjs", ...names]],
  check: () => [
    ["node_modules/@biomejs/biome/bin/biome", "ci", "--error-on-warnings"],
    ["node_modules/knip/bin/knip.js"],
  ],
  synth: (args) => [["--no-deprecation", "src/main.ts", ...args]],
  trial: (args) => [["--no-deprecation", "src/trial.ts", ...args]],
  "new-webhook": () => [],
  "pack-cli": () => [["packages/tooling/bin/pack-cli.mjs"]],
  cost: () => [["src/cost.ts"]],
  bench: (args) => [[...LEAN, "apps/bench/src/main.ts", ...args]],
};

/** Tasks of the cdktf app; the others do without its packages, which are larger than all the rest. */
const INFRA_TASKS = new Set(["synth", "trial", "cost"]);
const WITHOUT_INFRA = new Set(["start", "rainhooks", "bench", "pack-cli", "mutants"]);

const NO_NODE = "No Node.js 24 comes with the dependencies for this platform: install it and run this again.";

function fail(message) {
  console.error(message);
  process.exit(1);
}

/** Runs a line of shell with pnpm on its path; what it prints is shown only if it fails. */
function withPnpm(line, what, undo = () => undefined) {
  const started = Date.now();
  const result = spawnSync("npm", ["exec", "--yes", `--package=${rootPackage.packageManager}`, "-c", line], {
    cwd: ROOT,
    encoding: "utf8",
    shell: WINDOWS,
  });
  if (result.status !== 0) {
    undo();
    fail(`${result.stdout ?? ""}${result.stderr ?? ""}\n${what} failed.`);
  }
  return ((Date.now() - started) / 1000).toFixed(1);
}

function setUp(task) {
  const without = [
    ...(WITHOUT_INFRA.has(task) ? ["infra"] : []),
    // Stryker and what it needs are for one task, and for the check of what is used.
    ...(task === "mutants" || task === "check" ? [] : ["mutants"]),
  ];
  const filter = without.map((name) => ` --filter=!@rainhooks/${name}`).join("");
  const fresh = !existsSync(join(ROOT, "node_modules"));
  if (fresh) console.error("First run: installing dependencies and Node.js 24 …");
  const installS = withPnpm(`pnpm install --frozen-lockfile${filter}`, "Installing");
  if (fresh) console.error(`Installed in ${installS} s. Building …`);
  const buildS = withPnpm(`pnpm turbo build${filter}`, "Building");
  if (fresh) console.error(`Built in ${buildS} s.\n`);
}

function runNode(node, args, cwd) {
  const PATH = `${dirname(node)}${delimiter}${process.env.PATH}`;
  const child = spawn(node, args, { cwd, stdio: "inherit", env: { ...process.env, PATH } });
  // Ctrl-C reaches the child too, and the child decides how to end.
  process.on("SIGINT", () => undefined);
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  // As shells have it for one that a signal has ended.
  return new Promise((done) =>
    child.on("exit", (code, signal) => done(code ?? 128 + constants.signals[signal])),
  );
}

/** Wrong flags are told, and help is shown, before anything is installed or built. */
async function checkFlags(args) {
  const { FlagMistake, HELP, readFlags } = await import("../../../apps/local/start-flags.mjs");
  try {
    if (!readFlags(args).help) return;
    console.log(HELP);
    process.exit(0);
  } catch (error) {
    if (!(error instanceof FlagMistake)) throw error;
    console.error(`npm start: ${error.message}. (--help lists the flags)`);
    process.exit(2);
  }
}

const [task = "", ...args] = process.argv.slice(2);
if (!Object.hasOwn(TASKS, task)) fail(`Unknown task ${task}. There are: ${Object.keys(TASKS).join(", ")}.`);
if (task === "start") await checkFlags(args);
if (task === "new-webhook") {
  const mistake = mistakeIn(args);
  if (mistake !== undefined) fail(mistake);
}
const ready = task === "rainhooks" && existsSync(join(ROOT, "node_modules"));
if (!ready) setUp(task);
const node = findNode() ?? fail(NO_NODE);
for (const line of TASKS[task](args)) {
  const code = await runNode(node, line, INFRA_TASKS.has(task) ? join(ROOT, "infra") : ROOT);
  if (code !== 0) process.exit(code);
}
if (task === "new-webhook") {
  const [name] = args;
  const undo = makeWebhook(name);
  withPnpm(
    "pnpm install --no-frozen-lockfile && pnpm exec biome check --write apps knip.json",
    `Linking the new webhook (all that was made is taken back)`,
    undo,
  );
  console.log(
    `apps/${name} is there. Choose its events in src/webhook.ts, give it a sink in src/handler.ts, and run npm start.`,
  );
}
