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

const SECRETS = { ...SECRET_PARAMS, ...SIGNING_PARAMS };
const PARAMS: ReadonlyMap<string, Param<unknown>> = new Map(Object.entries(SECRETS));

/** A destination as a file has it. */
export interface FileDestination {
  readonly id: string;
  /** A whole URL, scheme and host of one, or a target; absent if its secrets have the URL. */
  readonly url: string | undefined;
  /** The settings that people write; those that it leaves out have their defaults, or are `undefined`. */
  readonly settings: Partial<DestinationSettings>;
  /** Absent if the file has no secrets for the destination: then its stored secrets stay. */
  readonly secrets: ValuesOf<typeof SECRETS> | undefined;
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
  ...["state", "stateReason", "pausedAtMs", "pauseId", "resumedAtMs", "health"],
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
  const ids = entries.map((entry) => (isJsonObject(entry) ? entry["id"] : undefined));
  return ofEach(
    entries,
    (_, index) => String(ids[index] || `destinations[${index}]`),
    async (entry, index) => {
      if (!isJsonObject(entry)) throw inputError({ problem: `is ${describeValue(entry)}, not an object.` });
      if (ids.indexOf(entry["id"]) < index) throw inputError({ problem: "is in the file twice." });
      return readEntry(entry, sources);
    },
  );
}

/** Codes of what is wrong with one destination, and does not hide what is wrong with others. */
const OF_ENTRIES: ReadonlySet<string> = new Set(["input-invalid", "secret-unavailable"]);

/**
 * Does something for each destination of a file.
 *
 * @throws {RainhooksError} `input-invalid` with what is wrong with all of them, each with its id.
 */
export async function ofEach<Entry, Result>(
  entries: readonly Entry[],
  idOf: (entry: Entry, index: number) => string,
  work: (entry: Entry, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const mistakes: Mistake[] = [];
  for (const [index, entry] of entries.entries())
    try {
      results.push(await work(entry, index));
    } catch (error) {
      mistakes.push(...mistakesIn(idOf(entry, index), error));
    }
  if (mistakes.length > 0) throw inputError(...mistakes);
  return results;
}

/** Returns the mistakes of an error, with what they are in before their fields. */
function mistakesIn(name: string, error: unknown): Mistake[] {
  if (!(error instanceof RainhooksError) || !OF_ENTRIES.has(error.code)) throw error;
  const mistakes = error.mistakes.length > 0 ? error.mistakes : [{ problem: error.message }];
  return mistakes.map((one) => ({ ...one, field: one.field === undefined ? name : `${name}.${one.field}` }));
}

async function readEntry(entry: JsonObject, sources: SecretSources): Promise<FileDestination> {
  const { id, url, secrets, template, ...rest } = entry;
  const own = Object.fromEntries(Object.entries(rest).filter(([name]) => !SHOWN_ONLY.has(name)));
  const document = typeof template === "string" ? template : JSON.stringify(template);
  const { settings, mistakes } = checkSettings({
    ...{ id, url: placeOf(url), ...own },
    ...(template === undefined ? {} : { format: "template", ...own, template: document }),
  });
  const wrong = [...mistakes];
  const read =
    secrets === undefined
      ? undefined
      : await readSecretsOf(secrets, sources).catch(
          (error) => void wrong.push(...mistakesIn("secrets", error)),
        );
  if (wrong.length > 0) throw inputError(...wrong);
  const values = new Map<string, unknown>(Object.entries(settings));
  const pick = (names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, values.get(name)]));
  return {
    id: settings.id,
    url: typeof url === "string" ? url : undefined,
    settings: pick([...WRITTEN_SETTINGS.values()].map(({ setting }) => setting)),
    secrets: read ?? undefined,
    shown: pick(SHOWN_OF_SECRETS.filter((name) => Object.hasOwn(entry, name))),
    isListed: ["createdAtMs", "version"].some((name) => Object.hasOwn(entry, name)),
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
async function readSecretsOf(given: unknown, sources: SecretSources): Promise<ValuesOf<typeof SECRETS>> {
  if (!isJsonObject(given)) throw inputError({ problem: "must be an object." });
  const request: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(given)) {
    const { source, readAll } = PARAMS.get(field) ?? {};
    const name = `secrets.${field}`;
    // Where a secret is, and never the secret: others read the file, too.
    if (source === undefined) request[field] = value;
    else if (readAll === undefined) request[field] = await sources.readSecret(name, String(value));
    else
      request[field] = await Promise.all(
        [value].flat().map((one) => sources.readNamedSecret(name, String(one))),
      );
  }
  return readRequest(SECRETS, request, { nowMs: Date.now(), door: "terminal" });
}
