import { inputError, RainhooksError } from "@rainhooks/core/errors";
import { describeValue, isJsonObject, type JsonObject, tryParseJson } from "@rainhooks/core/json";
import type { Mistake } from "@rainhooks/core/mistake";
import { readRequest } from "@rainhooks/stage/operations/read-request";
import type { Param, ValuesOf } from "@rainhooks/stage/query/params/param";
import type { DestinationSettings } from "../../destinations/destination.ts";
import { checkSettings } from "../../destinations/read-settings.ts";
import { targetNameOf } from "../../targets/target.ts";
import { SECRET_PARAMS, SIGNING_PARAMS } from "../secret-params.ts";
import { WRITTEN_SETTINGS } from "../setting-params.ts";

const { lookup: _, ...SECRETS } = { ...SECRET_PARAMS, ...SIGNING_PARAMS };
const PARAMS: ReadonlyMap<string, Param<unknown>> = new Map(Object.entries(SECRETS));

/** Secrets of a destination, read from where its entry says. */
export type FileSecrets = ValuesOf<typeof SECRETS>;

/** A destination as a file has it. */
export interface FileDestination {
  readonly id: string;
  /** A whole URL, scheme and host of one, or a target; absent if its secrets have the URL. */
  readonly url: string | undefined;
  /** The settings that people write; those that it leaves out have their defaults, or are `undefined`. */
  readonly settings: Partial<DestinationSettings>;
  /** Absent if the file has no secrets for the destination: then its stored secrets stay. */
  readonly secrets: FileSecrets | undefined;
  /** What the entry shows of the secrets that the destination has, or had on another stage. */
  readonly shown: Partial<Pick<DestinationSettings, "headerNames" | "auth" | "publicKey">>;
  /** Whether the entry is from a list, which shows scheme and host of a URL. */
  readonly isListed: boolean;
}

/** Reads secrets from where they are, such as `env:CRM_URL`; the first argument names them in errors. */
export interface SecretSources {
  readSecret(name: string, source: string): Promise<string>;
  /** Of a header, such as `X-Api-Key=env:CRM_KEY`. */
  readNamedSecret(name: string, text: string): Promise<string>;
}

/** What `destinations ls --json` shows besides: the stage decides it. */
const SHOWN_ONLY: ReadonlySet<string> = new Set([
  ...["state", "stateReason", "pausedAtMs", "pauseId", "probeFromMs", "resumedAtMs", "health"],
  ...["createdAtMs", "updatedAtMs", "version"],
]);
/** What it shows of secrets. */
export const SHOWN_OF_SECRETS = ["headerNames", "auth", "publicKey"] as const;

/**
 * Reads a file of destinations: `{ "destinations": [ … ] }`, each with the fields of
 * `destinations ls --json`. Its `secrets` say where each of them is, as the options of commands do.
 *
 * @throws {RainhooksError} `input-invalid` with all mistakes, without a secret.
 */
export async function readFileDestinations(
  text: string,
  sources: SecretSources,
): Promise<readonly FileDestination[]> {
  const file = tryParseJson(text);
  const entries = isJsonObject(file) ? file["destinations"] : undefined;
  if (!Array.isArray(entries))
    throw inputError({
      problem: 'The file must be JSON with a list of destinations: { "destinations": [ … ] }.',
    });
  const mistakes: Mistake[] = [];
  const read: FileDestination[] = [];
  for (const [index, entry] of entries.entries()) {
    if (isJsonObject(entry)) {
      const one = await readEntry(entry, sources);
      read.push(one.destination);
      mistakes.push(...inEntry(one.destination.id || `destinations[${index}]`, one.mistakes));
    } else mistakes.push({ problem: `destinations[${index}] is ${describeValue(entry)}, not an object.` });
  }
  const ids = read.map(({ id }) => id);
  const twice = new Set(ids.filter((id, index) => ids.indexOf(id) < index));
  mistakes.push(...[...twice].map((id) => ({ field: id, problem: "is in the file twice." })));
  if (mistakes.length > 0) throw inputError(...mistakes);
  return read;
}

/** Returns mistakes of a destination with its id before their fields. */
export function inEntry(id: string, mistakes: readonly Mistake[]): Mistake[] {
  return mistakes.map((one) => ({ ...one, field: one.field === undefined ? id : `${id}.${one.field}` }));
}

interface ReadEntry {
  readonly destination: FileDestination;
  readonly mistakes: readonly Mistake[];
}

async function readEntry(entry: JsonObject, sources: SecretSources): Promise<ReadEntry> {
  const { id, url, secrets, template, ...rest } = entry;
  const own = Object.fromEntries(Object.entries(rest).filter(([name]) => !SHOWN_ONLY.has(name)));
  const document = typeof template === "string" ? template : JSON.stringify(template);
  const { settings, mistakes } = checkSettings({
    ...{ id, url: placeOf(url), ...own },
    ...(template === undefined ? {} : { format: "template", ...own, template: document }),
  });
  const wrong: Mistake[] = [];
  const read =
    secrets === undefined
      ? undefined
      : await readSecretsOf(secrets, sources).catch((error: unknown) => {
          wrong.push(...secretMistakes(error));
          return undefined;
        });
  const values = new Map<string, unknown>(Object.entries(settings));
  const pick = (names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, values.get(name)]));
  return {
    destination: {
      id: typeof id === "string" ? id : "",
      url: typeof url === "string" ? url : undefined,
      settings: pick([...WRITTEN_SETTINGS.values()].map(({ setting }) => setting)),
      secrets: read,
      shown: pick(SHOWN_OF_SECRETS.filter((name) => Object.hasOwn(entry, name))),
      isListed: ["createdAtMs", "version"].some((name) => Object.hasOwn(entry, name)),
    },
    mistakes: [...mistakes, ...wrong],
  };
}

/** Placeholder for a URL that is in the secrets: scheme and host follow from the secrets. */
const FROM_SECRETS = "https://example.com";

/** Returns scheme and host of a URL, or the target as it is. */
function placeOf(url: unknown): unknown {
  if (url === undefined) return FROM_SECRETS;
  return typeof url !== "string" || targetNameOf(url) !== undefined ? url : (URL.parse(url)?.origin ?? url);
}

/** @throws {RainhooksError} `input-invalid`, without the secrets. */
async function readSecretsOf(
  given: unknown,
  { readSecret, readNamedSecret }: SecretSources,
): Promise<FileSecrets> {
  if (!isJsonObject(given)) throw inputError({ problem: "must be an object." });
  const read: [string, unknown][] = [];
  for (const [field, value] of Object.entries(given)) {
    const { source, readAll }: Pick<Param<unknown>, "source" | "readAll"> = PARAMS.get(field) ?? {};
    // Where a secret is, and never the secret: others read the file, too.
    if (source === undefined) read.push([field, value]);
    else if (readAll === undefined) read.push([field, await readSecret(`secrets.${field}`, String(value))]);
    else
      for (const one of Array.isArray(value) ? value : [value])
        read.push([field, await readNamedSecret(`secrets.${field}`, String(one))]);
  }
  const all = Map.groupBy(read, ([field]) => field);
  const request = [...all].map(([field, values]) => [
    field,
    PARAMS.get(field)?.readAll === undefined ? values[0]?.[1] : values.map(([, value]) => value),
  ]);
  return readRequest(SECRETS, Object.fromEntries(request), { nowMs: Date.now(), door: "terminal" });
}

/** Returns what is wrong with the secrets of an entry. */
function secretMistakes(error: unknown): Mistake[] {
  if (!(error instanceof RainhooksError) || error.code !== "input-invalid") throw error;
  return error.mistakes.length === 0 ? [{ problem: error.message }] : inEntry("secrets", error.mistakes);
}
