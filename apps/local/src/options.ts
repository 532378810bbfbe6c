import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { EVENT_TYPES, type EventType, isDerived, shortType } from "@rainhooks/core/catalog";
import type { LocalSource } from "@rainhooks/local/source";
import { flagLines } from "@rainhooks/stage/commands/read-flags";
import { UsageMistake } from "@rainhooks/stage/commands/usage.mjs";
import { programAsTyped, startAsTyped } from "@rainhooks/stage/terminal/as-typed";
import { shellWord } from "@rainhooks/stage/terminal/shell";
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

type Usage = readonly [command: string, what: string];

/**
 * Commands for a running stage. Every line can be pasted unchanged.
 *
 * @param webhooks Those that run: they want the event that is suggested.
 * @param consoleAddress Address that lets a browser in to the console.
 */
export function usage(
  { dataDir, watch }: Pick<StartOptions, "dataDir" | "watch">,
  { refusal }: Pick<LocalSource, "refusal">,
  webhooks: readonly Pick<Webhook, "events">[],
  consoleAddress: string | undefined,
): string {
  const data = dataDir === resolve(DEFAULT_DATA) ? "" : ` --data ${shellWord(dataDir)}`;
  const all = (watch ? DEVELOPING : ASKING)(wantedEvent(webhooks));
  const commands = all.filter(
    ([command]) => refusal === undefined || !command.startsWith("rainmaker"),
  );
  const program = programAsTyped();
  const width = Math.max(...commands.map(([command, what]) => (what === "" ? 0 : command.length)));
  const lines = commands.map(([command, what]) => {
    const typed = `  ${program} ${command}${data}`;
    return what === ""
      ? typed
      : `${typed}${" ".repeat(Math.max(0, width - command.length))}  # ${what}`;
  });
  const stays = watch ? WATCHING : "The stage stays up.";
  const look = consoleAddress === undefined ? [] : [`Look at it in a browser: ${consoleAddress}`];
  return ["", stays, ...look, "In another terminal:", ...lines, "Ctrl-C ends it."].join("\n");
}

/**
 * Returns an event that every webhook gets, or else the first one: after it, something can be seen.
 */
function wantedEvent(webhooks: readonly Pick<Webhook, "events">[]): string {
  const wanted = (types: readonly EventType[]) => types.find((type) => !isDerived(type));
  const byAll = EVENT_TYPES.filter((type) => webhooks.every(({ events }) => events.includes(type)));
  return shortType(
    wanted(byAll) ?? wanted(webhooks[0]?.events ?? []) ?? "rmaker.event.node_connected",
  );
}

const WATCHING =
  "Webhooks are reloaded when their code changes, and each event is a line here (times in UTC).";

type Commands = (event: string) => readonly Usage[];

const ASKING: Commands = (event) => [
  ["nodes --offline", "offline nodes, longest first"],
  ["count", "how many nodes are online"],
  ["node <node>", "one node, its uptime and drops"],
  ["series <node> [series]", "its series, or the points of one"],
  ["archive query --saved deliveries-per-topic-today", ""],
  ["dlq", "messages that could not be handled"],
  [`trigger ${event} --node my-node`, "publish an event of your own"],
  ["events --follow", "what passes on the stage"],
  ["logs hello", "what a webhook logged"],
  ["rainmaker login", "log in to the local RainMaker, then register this stage with it"],
];

const DEVELOPING: Commands = (event) => [
  [`trigger ${event} --node my-node`, "publish an event"],
  ["events --follow", "what passes on the stage"],
  ["logs <webhook> --pretty --follow", "what a webhook logs"],
  ["dlq", "messages that could not be handled"],
];
