/** Something is wrong with the flags; the message says what, in one line. */
export class FlagMistake extends Error {}

/**
 * Returns what `--help` prints.
 *
 * @param start What is typed before the flags.
 */
export function helpText(start?: string): string;

/** The flags of `npm start`, each with its default if it was not given. */
export interface StartFlags {
  /** Names of the webhooks to run; `undefined` for all. */
  readonly webhooks: readonly string[] | undefined;
  /** Names of webhooks whose messages SNS writes to their streams itself. */
  readonly firehose: readonly string[];
  readonly watch: boolean;
  readonly events: number;
  readonly nodes: number;
  readonly seed: number;
  readonly rate: number | undefined;
  readonly duplicates: number;
  readonly undecodable: number;
  readonly faults: number;
  /** Values of settings. */
  readonly set: readonly { readonly webhook: string; readonly name: string; readonly value: string }[];
  readonly envFile: string | undefined;
  readonly data: string | undefined;
  readonly fresh: boolean;
  readonly port: number;
  readonly endpoint: string | undefined;
  readonly queryPort: number;
  readonly consolePort: number;
  readonly apiPort: number;
  readonly mqttPort: number;
  /** Name of the source of events. */
  readonly source: string;
  readonly casing: "pascal" | "snake";
  readonly disconnectReasons: boolean;
  /** Names of optional functions to run. */
  readonly optional: readonly string[];
  readonly allowOutside: boolean;
  readonly exit: boolean;
  readonly help: boolean;
  /** Names of the flags that were given. */
  readonly given: ReadonlySet<string>;
}

/**
 * Reads the flags of `npm start`.
 *
 * @throws {FlagMistake} naming the flag that is wrong.
 */
export function readFlags(args: readonly string[]): StartFlags;

/**
 * Rejects names that do not exist.
 *
 * @param kind What they are names of. @defaultValue `webhook`
 * @throws {FlagMistake} with the unknown name and the known ones.
 */
export function refuseUnknown(
  flag: string,
  wanted: readonly string[] | undefined,
  known: readonly string[],
  kind?: string,
): void;
