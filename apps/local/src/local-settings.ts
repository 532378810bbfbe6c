import { readFileSync, statSync } from "node:fs";
import { messageOf, RainhooksError } from "@rainhooks/core/errors";
import type { FunctionSettings } from "@rainhooks/local/aws/stage/stage-options";
import { UsageMistake } from "@rainhooks/stage/commands/usage.mjs";
import { codeOf, type FunctionDefinition } from "@rainhooks/webhook/define-function";
import { queuesOf, streamsOf } from "@rainhooks/webhook/resources";
import { secretLines } from "@rainhooks/webhook/settings/fetch-secret";
import { type SetSettings, setSettings } from "@rainhooks/webhook/settings/set-settings";
import type { StartOptions } from "./options.ts";

type SettingOptions = Pick<StartOptions, "set" | "secretsFile">;

/**
 * Checks the settings of the command line.
 *
 * @throws {UsageMistake} for a webhook or a setting that does not exist, and for a wrong value.
 */
export function refuseWrongSettings(
  { set, secretsFile }: SettingOptions,
  functions: readonly FunctionSettings[],
): void {
  for (const { webhook: name } of set) {
    const known = functions.map((one) => one.name);
    if (!known.includes(name))
      throw new UsageMistake(
        `--set: there is no function ${name}. There are: ${known.join(", ")}.`,
      );
  }
  for (const { name, sameAs } of functions)
    if (sameAs !== undefined && set.some(({ webhook }) => webhook === name))
      throw new UsageMistake(
        `--set: the settings of ${name} are those of ${sameAs}: set them there.`,
      );
  for (const webhook of functions) {
    const secret = set.find(
      (one) => one.webhook === webhook.name && webhook.settings[one.name]?.kind === "secret",
    );
    if (secret !== undefined)
      throw new UsageMistake(
        `--set ${webhook.name}: ${secret.name} is a secret: write it into ${secretsFile}, where no other user can read it.`,
      );
    const [mistake] = set.some((one) => one.webhook === webhook.name)
      ? wrongValues(set, webhook)
      : [];
    if (mistake !== undefined) throw new UsageMistake(`--set ${webhook.name}: ${mistake}.`);
  }
}

/** What is wrong with the given values; what is not given may be given later. */
function wrongValues(set: SettingOptions["set"], webhook: FunctionSettings): readonly string[] {
  const values = valuesOf(set, webhook);
  const { mistakes } = setSettings(webhook.settings, { values, secretPlace: (name) => name });
  const missing = new Set(Object.keys(webhook.settings).map((name) => `${name} is not set`));
  return mistakes.filter((mistake) => !missing.has(mistake));
}

function valuesOf(set: SettingOptions["set"], definition: FunctionSettings): Map<string, string> {
  return new Map(
    set.filter((one) => one.webhook === codeOf(definition)).map(({ name, value }) => [name, value]),
  );
}

/**
 * Returns a function that reads the settings of a function of the stage: values from the command
 * line, secrets from the lines `<webhook>.<setting>=<value>` of a file that only the user can read.
 * Their values are not read here: a function fetches them.
 *
 * @throws {RainhooksError} `stage-failed` if others can read the file.
 */
export function localSettings({
  set,
  secretsFile,
}: SettingOptions): (definition: FunctionSettings) => SetSettings {
  readSecrets(secretsFile);
  return (webhook) => {
    // Read each time: a line may be added while the stage runs.
    const keys = new Set(readSecrets(secretsFile).keys());
    return setSettings(webhook.settings, {
      values: valuesOf(set, webhook),
      secretPlace: (name) => {
        const key = `${codeOf(webhook)}.${name}`;
        return keys.has(key) ? `file:${secretsFile}#${key}` : undefined;
      },
    });
  };
}

/** Permissions of the group and of all others. */
const OTHERS = 0o077;

function readSecrets(file: string): Map<string, string> {
  const info = statSync(file, { throwIfNoEntry: false });
  if (info === undefined) return new Map();
  if (process.platform !== "win32" && (info.mode & OTHERS) !== 0)
    throw new RainhooksError(
      "stage-failed",
      `${file} has secrets, and others can read it. Run: chmod 600 ${file}`,
    );
  try {
    const text = readFileSync(file, "utf8");
    refuseOtherLines(file, text);
    return secretLines(text);
  } catch (error) {
    if (error instanceof RainhooksError) throw error;
    throw new RainhooksError(
      "stage-failed",
      `The secrets in ${file} cannot be read: ${messageOf(error)}`,
    );
  }
}

/** Says which line is none of a secret, and not what is in it. */
function refuseOtherLines(file: string, text: string): void {
  const wrong = text
    .split(/\r?\n/)
    .findIndex((line) => line.trim() !== "" && !/^(#|[^=.]+\.[^=.]+=)/.test(line));
  if (wrong === -1) return;
  throw new RainhooksError(
    "stage-failed",
    `Line ${wrong + 1} of ${file} is not a webhook, a setting and its value, such as door-bell.url=https://….`,
  );
}

/** Functions that can start, and a line for each that cannot. */
interface Ready<Of> {
  readonly ready: readonly Of[];
  readonly lines: readonly string[];
}

/** The functions that have all their settings, and a line for each that has not. */
export function withSettings<Of extends FunctionSettings>(
  functions: readonly Of[],
  settingsOf: (definition: FunctionSettings) => SetSettings,
  { secretsFile }: SettingOptions,
): Ready<Of> {
  const ready: Of[] = [];
  const lines: string[] = [];
  for (const one of functions) {
    const { mistakes } = settingsOf(one);
    if (mistakes.length === 0) ready.push(one);
    else
      lines.push(
        `${one.name} is not started: ${mistakes.join("; ")}. ${howToSet(one, secretsFile)}`,
      );
  }
  return { ready, lines };
}

/** All functions but those that read the archive, if none writes one. */
export function withArchive(functions: readonly FunctionDefinition[]): FunctionDefinition[] {
  if (functions.some((one) => streamsOf(one).length > 0)) return [...functions];
  return functions.filter(({ resources }) =>
    Object.values(resources).every(({ kind }) => kind !== "archive"),
  );
}

/**
 * All functions but those that send to queues which nobody reads, and a line for each of these.
 * Those that run at a rate send nothing: the stage does without them, and says nothing of it.
 */
export function withReaders(functions: readonly FunctionDefinition[]): Ready<FunctionDefinition> {
  const names = functions.map(({ name }) => name);
  const missingOf = (one: FunctionDefinition) =>
    one.trigger === "rate" ? [] : queuesOf(one).filter((queue) => !names.includes(queue));
  const ready = functions.filter((one) => missingOf(one).length === 0);
  const lines = functions.flatMap((one) => {
    const missing = missingOf(one);
    return missing.length === 0
      ? []
      : [`${one.name} is not started: it sends to ${missing.join(", ")}, which does not run.`];
  });
  if (lines.length === 0) return { ready, lines };
  // Others may send to those.
  const rest = withReaders(ready);
  return { ready: rest.ready, lines: [...lines, ...rest.lines] };
}

function howToSet({ name, settings }: FunctionSettings, secretsFile: string): string {
  const [secret] = Object.entries(settings).filter(([, { kind }]) => kind === "secret");
  const line = secret && `secrets are lines of ${secretsFile}, such as ${name}.${secret[0]}=…`;
  const [plain] = Object.entries(settings).filter(([, { kind }]) => kind !== "secret");
  const flag = plain && `--set ${name}.${plain[0]}=… sets a value`;
  return `${[flag, line].filter((part) => part !== undefined).join("; ")}.`;
}
