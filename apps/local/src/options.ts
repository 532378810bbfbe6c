import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { startAsTyped } from "@rainhooks/stage/terminal/as-typed";
import type { Webhook } from "@rainhooks/webhook/define-function";
import { FlagMistake, helpText, readFlags, refuseUnknown, type StartFlags } from "../start-flags.mjs";

/** Options of `npm start`. */
export interface StartOptions
  extends Omit<StartFlags, "rate" | "data" | "envFile" | "consolePort" | "help" | "given"> {
  /** Maximum messages per second; `undefined` for unlimited. */
  readonly ratePerS: number | undefined;
  readonly dataDir: string;
  /** Port of the console; `undefined` for the usual one, if it is free. */
  readonly consolePort: number | undefined;
  /** File with the secrets of webhooks. */
  readonly secretsFile: string;
  /** Where the address of the emulator comes from, if there is one. */
  readonly endpointFrom: "--endpoint" | "AWS_ENDPOINT_URL" | undefined;
  /** Whether a fleet was asked for, with `--events` or `--nodes`. */
  readonly namesFleet: boolean;
  readonly namesSeed: boolean;
}

const DEFAULT_DATA = ".rainhooks";
const DEFAULT_SECRETS = "secrets.env";

/** Reads the command line. A wrong one ends the process with one line and exit code 2. */
export function readOptions(args: readonly string[], environment: NodeJS.ProcessEnv): StartOptions {
  const { rate, data, envFile, consolePort, help, given, ...flags } = orExit(() => readFlags(args));
  if (help) {
    console.log(helpText(startAsTyped()));
    process.exit(0);
  }
  const fromCaller = (path: string) => resolve(environment["INIT_CWD"] ?? ".", path);
  refuseMissing("env-file", envFile && fromCaller(envFile));
  const folder = data ?? (environment["RAINHOOKS_DATA"] || undefined);
  const fromVariable = environment["AWS_ENDPOINT_URL"] || undefined;
  const endpoint = flags.endpoint ?? fromVariable;
  return {
    ...flags,
    ratePerS: rate,
    dataDir: folder === undefined ? resolve(DEFAULT_DATA) : fromCaller(folder),
    consolePort: given.has("console-port") ? consolePort : undefined,
    secretsFile: envFile === undefined ? resolve(DEFAULT_SECRETS) : fromCaller(envFile),
    endpoint,
    endpointFrom:
      endpoint === undefined ? undefined : flags.endpoint === undefined ? "AWS_ENDPOINT_URL" : "--endpoint",
    namesFleet: given.has("events") || given.has("nodes"),
    namesSeed: given.has("seed"),
  };
}

/** A file that is named is there; the default one may be made later. */
function refuseMissing(flag: string, path: string | undefined): void {
  orExit(() => {
    if (path !== undefined && !existsSync(path)) throw new FlagMistake(`--${flag}: there is no file ${path}`);
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
    if (!(error instanceof FlagMistake)) throw error;
    console.error(`npm start: ${error.message}. (--help lists the flags)`);
    process.exit(2);
  }
}
