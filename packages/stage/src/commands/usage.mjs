/*
 * What `--help` prints for each npm script. Plain JavaScript for Node.js 20 without dependencies,
 * so that it is printed, and wrong arguments are refused, before anything is installed or built.
 * `rainhooks` prints its own help, and so does `start` when it is installed.
 */
import { parseArgs } from "node:util";

/**
 * Scripts about stages in AWS, in the order of help. They are also commands of `rainhooks` in a
 * project of one's own: the arguments that each takes, and what it does.
 */
export const STAGE_TASKS = {
  synth: ["", "write the Terraform configuration of every stage to cdktf.out"],
  "new-stage": [
    "[<name>] [--region <region>] [--account <id>] [--production] [--state-bucket <name>] [--email <address>] [--keep-days <days or never>] [--parts <part,…>]",
    "write the file of a new stage (docs/deploy.md)",
  ],
  cost: [
    "[--nodes <count>] [--region <region>] [--concurrency <count>] [--disconnect-reasons]",
    "print what a production stage costs; with --nodes, for that fleet, with what binds first and what to set (docs/scale.md)",
  ],
  "deployer-policy": ["<stage>", "print the IAM policy of who deploys a stage"],
  "plan-policy": [
    "<stage>",
    "print the IAM policy of who plans a change of a stage, and changes nothing",
  ],
  "state-policy": [
    "<stage>",
    "print the IAM policy of who makes the bucket of a stage's state, once",
  ],
  "operator-policy": ["<stage> [<task> …]", "print the IAM policy of who operates a stage"],
  "key-policy": ["<stage>", "print the policy of a stage's KMS key"],
};

const SCRIPTS = {
  start: [
    "[--webhooks <names>] [--watch] [--events <count>] [--nodes <count>] [--seed <number>] [--duplicates <share>] [--undecodable <share>] [--faults <share>] [--set <name=value>] [--env-file <file>] [--data <folder>] [--fresh] [--port <number>] [--query-port <number>] [--console-port <number>] [--api-port <number>] [--mqtt-port <number>] [--source <source>] [--casing <casing>] [--disconnect-reasons] [--allow-outside] [--exit] [--help]",
    "run a stage on this machine (docs/local-stage.md). When it is installed, --help says what each option does",
  ],
  ...STAGE_TASKS,
  test: [
    "[--changed] [<folder>] [jest options]",
    "set up, build, and run a test of every promise of the README; with --changed, without the extensions that are as in main",
  ],
  "test:all": [
    "[--rest] [<folder>] [jest options]",
    "run every test; with --rest, those that npm test leaves out",
  ],
  fuzz: [
    "[<seconds>]",
    "run the tests with random attempts: many more of them, each fuzz target for so many seconds (default: 60)",
  ],
  mutants: ["[<folder> …]", "change the code of folders in small ways: do their tests notice?"],
  battery: [
    "[--full] [--events <count>] [--nodes <count>] [--seed <number>] [--kills <count>] [--faults <share>] [--data <folder>] [--rebuild] [--load <share>]",
    "faults, kills, duplicates and disorder on a local stage: nothing may be lost or wrong (docs/proof.md)",
  ],
  bench: [
    "decode|load|check",
    "measure decoding or bundles, or check ratios of times (docs/benchmarks.md)",
  ],
  "new-project": [
    "<folder> [--webhook <name>] [--events <event,…>] [--sink http|dynamodb|log|none] [--region <region>] [--without-infra]",
    "make a project of your own with Rainhooks as packed packages (docs/your-own-project.md). In a terminal and without a folder, it asks for what is missing",
  ],
  "new-webhook": [
    "[<name>] [--events <event,…>] [--sink http|dynamodb|log|none]",
    "write a webhook of your own to apps/<name>. In a terminal, it asks for what is missing (docs/your-first-webhook.md)",
  ],
  release: [
    "[--only <package>] [--out <folder>] [--publish] | --prepare <version>",
    "pack what people install into .release; with --publish, publish it to the registry of npm's configuration",
  ],
  check: ["", "check formatting, lint and unused code"],
  format: ["[<file> …]", "format code, and order imports"],
  reference: ["", "write what docs have from source: commands, fields of a stage, alarms, tables"],
  budgets: [
    "[--lower]",
    "print the tokens and lines of code of each part, and the budget of all; with --lower, lower it to them",
  ],
  "large-fleet": [
    "[--nodes <count>] [--minutes <count>] [--grow <count>]",
    "open the fleet's page with many nodes in Chromium while new ones come, and say whether its figures ever contradict each other, or the truth (docs/console.md)",
  ],
  screenshots: [
    "",
    "make the pictures of the README with Chromium, and overwrite those in docs/images",
  ],
};

/** Returns what `--help` prints for a script; `undefined` if the script prints its own. */
export function usageOf(script) {
  if (!Object.hasOwn(SCRIPTS, script)) return undefined;
  const [taken, what] = SCRIPTS[script];
  return `Usage: npm run ${script}${taken === "" ? "" : ` -- ${taken}`}\n\n${what}`;
}

/** True for arguments that ask for help. What follows `--` is for another program. */
export function asksForHelp(args) {
  const end = args.indexOf("--");
  return (end === -1 ? args : args.slice(0, end)).some(
    (word) => word === "--help" || word === "-h",
  );
}

/**
 * Returns in one line what is wrong with the arguments of a script, as far as it can be said
 * without the script.
 */
export function wrongArgument(script, args) {
  const [first] = args;
  if (first === undefined || !Object.hasOwn(SCRIPTS, script)) return undefined;
  const [taken] = SCRIPTS[script];
  if (taken === "")
    return `npm run ${script} takes no arguments: leave ${first} out. (--help says what it does)`;
  if (script === "fuzz" && !/^[1-9]\d*$/.test(first))
    return `${first} is not a number of seconds. Usage: npm run fuzz -- <seconds>`;
  if (script === "fuzz" || taken.includes("jest")) return undefined;
  try {
    readArguments(script, args);
    return undefined;
  } catch (error) {
    return error.message;
  }
}

/** What is wrong with arguments; the message has one line. */
export class UsageMistake extends TypeError {}

/**
 * Reads the arguments of a script, whose options are those of its usage.
 *
 * @param start What was typed before them.
 * @throws {UsageMistake} for an option that does not exist, or has no value.
 */
export function readArguments(script, args, start = `npm run ${script} --`) {
  const [taken] = SCRIPTS[script];
  const options = [...taken.matchAll(/--([a-z][a-z-]*)( [^\s\]|-])?/g)].map(([, name, value]) => [
    name,
    { type: value === undefined ? "boolean" : "string" },
  ]);
  try {
    return readWords(args, Object.fromEntries(options));
  } catch (error) {
    if (!(error instanceof UsageMistake)) throw error;
    const help = script === "start" ? "(--help lists the flags)" : `Usage: ${start} ${taken}`;
    throw new UsageMistake(`${error.message} ${help}`);
  }
}

/**
 * Divides arguments into options and others.
 *
 * @param options As Node.js's `parseArgs` has them.
 * @throws {UsageMistake} for an option that does not exist, or has no value.
 */
export function readWords(args, options) {
  const read = parseArgs({
    args: [...args],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  for (const { kind, name, rawName, value } of read.tokens) {
    if (kind !== "option") continue;
    if (!Object.hasOwn(options, name)) throw new UsageMistake(`There is no option ${rawName}.`);
    const { type } = options[name];
    if (type === "boolean" && value !== undefined)
      throw new UsageMistake(`${rawName} takes no value.`);
    if (type === "string" && (value === undefined || value.startsWith("--")))
      throw new UsageMistake(`${rawName} needs a value.`);
  }
  return { values: { ...read.values }, positionals: read.positionals };
}
