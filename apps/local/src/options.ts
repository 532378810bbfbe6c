import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { flagLines } from "@rainhooks/stage/commands/read-flags";
import { UsageMistake } from "@rainhooks/stage/commands/usage.mjs";
import { startAsTyped } from "@rainhooks/stage/terminal/as-typed";
import type { Webhook } from "@rainhooks/webhook/define-function";
import { readStartFlags, refuseUnknown, START_FLAGS, type StartFlags } from "./start-flags.ts";

/** Options of `npm start`. */
export interface StartOptions extends Omit<StartFlags, "data" | "envFile" | "help"> {
  readonly dataDir: string;
  /** File with the secrets of webhooks. */
  readonly secretsFile: string;
  /** Whether a fleet was asked for, with `--events` or `--nodes`. */
  readonly namesFleet: boolean;
  readonly namesSeed: boolean;
}

const DEFAULT_DATA = ".rainhooks";
const DEFAULT_SECRETS = "secrets.env";

/** Reads the command line. A wrong one ends the process with one line and exit code 2. */
export function readOptions(args: readonly string[], environment: NodeJS.ProcessEnv): StartOptions {
  const { values, given } = orExit(() => readStartFlags(args));
  const { data, envFile, help, ...flags } = values;
  if (help) {
    console.log(helpText(startAsTyped()));
    process.exit(0);
  }
  const fromCaller = (path: string) => resolve(environment["INIT_CWD"] ?? ".", path);
  refuseMissing("env-file", envFile && fromCaller(envFile));
  const folder = data ?? (environment["RAINHOOKS_DATA"] || undefined);
  return {
    ...flags,
    dataDir: folder === undefined ? resolve(DEFAULT_DATA) : fromCaller(folder),
    secretsFile: envFile === undefined ? resolve(DEFAULT_SECRETS) : fromCaller(envFile),
    namesFleet: given.has("events") || given.has("nodes"),
    namesSeed: given.has("seed"),
  };
}

/** A file that is named is there; the default one may be made later. */
function refuseMissing(flag: string, path: string | undefined): void {
  orExit(() => {
    if (path !== undefined && !existsSync(path))
      throw new UsageMistake(`--${flag}: there is no file ${path}.`);
  });
}

/** Returns the webhooks to run. An unknown name ends the process with one line and exit code 2. */
export function chooseWebhooks(
  { webhooks: wanted }: Pick<StartOptions, "webhooks">,
  all: readonly Webhook[],
): readonly Webhook[] {
  return orExit(() => {
    refuseUnknown(
      "--webhooks",
      wanted,
      all.map(({ name }) => name),
    );
    return all.filter(({ name }) => wanted?.includes(name) ?? true);
  });
}

/** Ends the process with one line and exit code 2 if something is wrong with the flags. */
export function orExit<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UsageMistake)) throw error;
    console.error(`npm start: ${error.message} (--help lists the flags)`);
    process.exit(2);
  }
}

const EXAMPLE_WIDTH = 29;

const EXAMPLES = [
  ["", "start, publish 1,000 events, stay up until Ctrl-C"],
  ["--events 5000 --exit", "publish 5,000 events, account for each, end"],
  ["--faults 0.05", "make 5 % of the functions' calls to AWS fail"],
  ["--events 0", "start and wait for events of your own"],
  ["--webhooks <name> --watch", "write a webhook: reload it on every save, without a fleet"],
  ["--fresh", "delete all data of the local stage, and start empty"],
] as const;

/** Returns what `--help` prints, after what is typed before the flags. */
function helpText(start: string): string {
  const examples = EXAMPLES.map(([flags, what]) => {
    const typed = flags === "" ? start.replace(/ --$/, "") : `${start} ${flags}`;
    return `  ${typed.padEnd(start.length + EXAMPLE_WIDTH)}${what}`;
  });
  return `Usage: ${start} [options]

Runs a stage of Rainhooks on this machine, without an AWS account.

Options:
${flagLines(START_FLAGS)}

Examples:
${examples.join("\n")}`;
}
