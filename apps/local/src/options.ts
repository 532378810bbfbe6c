import { resolve } from "node:path";
import { FlagMistake, HELP, readFlags, type StartFlags } from "../start-flags.mjs";

/** Options of `npm start`. */
export interface StartOptions extends Omit<StartFlags, "rate" | "data" | "help" | "given"> {
  /** Maximum messages per second; `undefined` for unlimited. */
  readonly ratePerS: number | undefined;
  readonly dataDir: string;
  /** Where the address of the emulator comes from, if there is one. */
  readonly endpointFrom: "--endpoint" | "AWS_ENDPOINT_URL" | undefined;
  /** Whether `--events` was given. */
  readonly namesEvents: boolean;
  readonly namesSeed: boolean;
}

const DEFAULT_DATA = ".rainhooks";

/** Reads the command line. A wrong one ends the process with one line and exit code 2. */
export function readOptions(args: readonly string[], environment: NodeJS.ProcessEnv): StartOptions {
  const { rate, data, help, given, ...flags } = flagsOrExit(args);
  if (help) {
    console.log(HELP);
    process.exit(0);
  }
  const fromVariable = environment["AWS_ENDPOINT_URL"] || undefined;
  const endpoint = flags.endpoint ?? fromVariable;
  return {
    ...flags,
    ratePerS: rate,
    dataDir: data === undefined ? resolve(DEFAULT_DATA) : resolve(environment["INIT_CWD"] ?? ".", data),
    endpoint,
    endpointFrom:
      endpoint === undefined ? undefined : flags.endpoint === undefined ? "AWS_ENDPOINT_URL" : "--endpoint",
    namesEvents: given.has("events"),
    namesSeed: given.has("seed"),
  };
}

function flagsOrExit(args: readonly string[]): StartFlags {
  try {
    return readFlags(args);
  } catch (error) {
    if (!(error instanceof FlagMistake)) throw error;
    console.error(`npm start: ${error.message}. (--help lists the flags)`);
    process.exit(2);
  }
}
