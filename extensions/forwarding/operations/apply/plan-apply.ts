import { isDeepStrictEqual } from "node:util";
import { inputError, RainhooksError } from "@rainhooks/core/errors";
import { describeValue, isJsonObject, type JsonObject, tryParseJson } from "@rainhooks/core/json";
import type { Mistake } from "@rainhooks/core/mistake";
import { readRequest } from "@rainhooks/stage/operations/read-request";
import type { Param, ValuesOf } from "@rainhooks/stage/query/params/param";
import type { StageAccess } from "@rainhooks/stage/stage-access";
import type { Destination, DestinationSettings } from "../../destinations/destination.ts";
import { secretsIdOf } from "../../destinations/destination-item.ts";
import {
  addDestination,
  changeDestination,
  checkDestination,
  type DestinationInput,
} from "../../destinations/manage.ts";
import { readDestinationSecrets } from "../../destinations/read-secrets.ts";
import { checkSettings } from "../../destinations/read-settings.ts";
import { readAll, readDestination } from "../../destinations/store.ts";
import { hasMissed } from "../../pauses/pause.ts";
import { checkHosts } from "../../secrets/check-hosts.ts";
import { rotateSecret, signatureKindOf } from "../../secrets/rotate.ts";
import type { DestinationSecrets } from "../../secrets/secrets.ts";
import { targetNameOf } from "../../targets/target.ts";
import { destinationInput, mergeSecrets, signingSecretOf } from "../destination-input.ts";
import { type Forwarding, forwardingOf } from "../forwarding-of.ts";
import { SECRET_PARAMS, SIGNING_PARAMS } from "../secret-params.ts";
import { changedSettings } from "./changed-settings.ts";

/** What is done about a destination, so that it is as the file has it. */
export interface ApplyStep {
  readonly id: string;
  readonly kind: "add" | "change" | "remove";
  /** What changes, for people; of what is secret, the names. */
  readonly changes: readonly string[];
  readonly run: () => Promise<unknown>;
}

/** What applying a file would do. */
export type ApplyPlan = Awaited<ReturnType<typeof planApply>>;

/**
 * Reads what is secret of a field from where it is, such as `env:CRM_URL`; `name` is for errors.
 */
type ReadSource = (param: Param<unknown>, name: string, from: unknown) => Promise<unknown>;

/** Codes of what is wrong with one destination, and does not hide what is wrong with others. */
const OF_ENTRIES: ReadonlySet<string> = new Set(["input-invalid", "secret-unavailable"]);

/**
 * Compares a file with the destinations of a stage. It changes nothing.
 *
 * @param text The file: `{ "destinations": [ … ] }`, each with the fields of `destinations ls
 * --json`. Its `secrets` say where each of them is, as the options of commands do.
 * @throws {RainhooksError} `input-invalid` with all that is wrong, each with the id of its
 * destination, and without a secret.
 */
export async function planApply(
  access: StageAccess,
  text: string,
  { prune, readSource }: { readonly prune: boolean; readonly readSource: ReadSource },
) {
  const forwarding = forwardingOf(access);
  const file = tryParseJson(text);
  const entries = isJsonObject(file) ? file["destinations"] : undefined;
  if (!Array.isArray(entries))
    throw inputError({
      problem: 'The file must be JSON with a list of destinations: { "destinations": [ … ] }.',
    });
  const ids = entries.map((entry) => (isJsonObject(entry) ? entry["id"] : undefined));
  const all: ApplyStep[] = [];
  const mistakes: Mistake[] = [];
  for (const [index, entry] of entries.entries())
    try {
      if (!isJsonObject(entry))
        throw inputError({ problem: `is ${describeValue(entry)}, not an object.` });
      if (ids.indexOf(entry["id"]) < index) throw inputError({ problem: "is in the file twice." });
      all.push(await stepOf(await readEntry(entry, readSource), forwarding));
    } catch (error) {
      mistakes.push(...mistakesIn(String(ids[index] || `destinations[${index}]`), error));
    }
  if (mistakes.length > 0) throw inputError(...mistakes);
  const { destinations, pauses } = await readAll(forwarding.table);
  const others = destinations.map(({ id }) => id).filter((id) => !ids.includes(id));
  const same = all.filter(({ changes }) => changes.length === 0);
  const plan = {
    steps: all.filter((one) => !same.includes(one)),
    /** Ids of destinations that are as the file has them. */
    same: same.map(({ id }) => id),
    /** Ids of destinations that are not in the file, and stay. */
    others,
  };
  if (!prune) return plan;
  const { removeWithReplays } = await import("../resume-destination.ts");
  const removed = others.map((id): ApplyStep => {
    const changes = hasMissed(pauses, id) ? ["it has missed events, which it will not get"] : [];
    return { id, kind: "remove", changes, run: () => removeWithReplays(access, id) };
  });
  // First: they make room for those that are added.
  return { ...plan, steps: [...removed, ...plan.steps], others: [] };
}

/** Returns the mistakes of an error, with what they are in before their fields. */
function mistakesIn(name: string, error: unknown): Mistake[] {
  if (!(error instanceof RainhooksError) || !OF_ENTRIES.has(error.code)) throw error;
  const mistakes = error.mistakes.length > 0 ? error.mistakes : [{ problem: error.message }];
  return mistakes.map((one) => ({
    ...one,
    field: one.field === undefined ? name : `${name}.${one.field}`,
  }));
}

const SECRETS = { ...SECRET_PARAMS, ...SIGNING_PARAMS };
type FileSecrets = ValuesOf<typeof SECRETS>;
const PARAMS: ReadonlyMap<string, Param<unknown>> = new Map(Object.entries(SECRETS));

/** A destination as a file has it. */
type FileDestination = Awaited<ReturnType<typeof readEntry>>;

/** What `destinations ls --json` shows besides: the stage decides it. */
const SHOWN_ONLY: ReadonlySet<string> = new Set([
  "state",
  "stateReason",
  "pausedAtMs",
  "pauseId",
  "resumedAtMs",
  "health",
  "createdAtMs",
  "updatedAtMs",
  "version",
]);
/** What it shows of secrets. */
const SHOWN_OF_SECRETS = ["headerNames", "auth", "publicKey"] as const;
/** Placeholder for a URL that is in the secrets: scheme and host follow from the secrets. */
const FROM_SECRETS = "https://example.com";

async function readEntry(entry: JsonObject, readSource: ReadSource) {
  const { id, url, secrets, template, ...rest } = entry;
  const own = Object.fromEntries(Object.entries(rest).filter(([name]) => !SHOWN_ONLY.has(name)));
  const document = typeof template === "string" ? template : JSON.stringify(template);
  const { settings, mistakes } = checkSettings({
    id,
    url: placeOf(url),
    ...own,
    ...(template === undefined ? {} : { format: "template", ...own, template: document }),
  });
  const wrong = [...mistakes];
  let read: FileSecrets | undefined;
  try {
    if (secrets !== undefined) read = await readSecretsOf(secrets, readSource);
  } catch (error) {
    wrong.push(...mistakesIn("secrets", error));
  }
  if (wrong.length > 0) throw inputError(...wrong);
  return {
    /** Of what it leaves out, the defaults; its URL has only scheme and host. */
    settings,
    /** A whole URL, scheme and host of one, or a target; absent if its secrets have the URL. */
    url: typeof url === "string" ? url : undefined,
    /** Absent if the file has no secrets for the destination: then its stored secrets stay. */
    secrets: read,
    entry,
  };
}

/** Returns scheme and host of a URL, or the target as it is. */
function placeOf(url: unknown): unknown {
  if (url === undefined) return FROM_SECRETS;
  return typeof url !== "string" || targetNameOf(url) !== undefined
    ? url
    : (URL.parse(url)?.origin ?? url);
}

/** @throws {RainhooksError} `input-invalid`, without the secrets. */
async function readSecretsOf(secrets: unknown, readSource: ReadSource): Promise<FileSecrets> {
  if (!isJsonObject(secrets)) throw inputError({ problem: "must be an object." });
  const request: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(secrets)) {
    const param = PARAMS.get(field);
    // Where a secret is, and never the secret: others read the file, too.
    request[field] =
      param?.source === undefined ? value : await readSource(param, `secrets.${field}`, value);
  }
  return readRequest(SECRETS, request, { nowMs: Date.now(), door: "terminal" });
}

async function stepOf(file: FileDestination, forwarding: Forwarding): Promise<ApplyStep> {
  const { id } = file.settings;
  const before = await readDestination(forwarding.table, id);
  const { settings, secrets, old } = await nextOf(file, before, forwarding);
  const names = changedNames(old, secrets);
  const input: DestinationInput = {
    settings,
    ...(names.length === 0 || !secrets ? {} : { secrets }),
  };
  await checkDestination(settings, async () => secrets);
  if (before === undefined)
    return {
      id,
      kind: "add",
      changes: [`to ${settings.url}`, ...sourceTexts(file, secrets)],
      run: () => addDestination(forwarding, input, Date.now()),
    };
  if (input.secrets !== undefined)
    await checkHosts(forwarding.secrets, secretsIdOf(before), input.secrets);
  const changes = [
    ...changedSettings(before, settings),
    ...(names.length === 0 ? [] : [`secrets: ${names.join(", ")}`, ...sourceTexts(file, secrets)]),
  ];
  const change = ({ destination }: { readonly destination: Destination }) => {
    if (secretsIdOf(destination) === secretsIdOf(before)) return input;
    throw new RainhooksError("write-conflict", `The secrets of ${id} have been changed meanwhile.`);
  };
  return {
    id,
    kind: "change",
    changes,
    run: () => changeDestination(forwarding, id, change, Date.now()),
  };
}

interface Next extends DestinationInput {
  /** Its secrets until now; absent for a new one, and for a target. */
  readonly old?: DestinationSecrets | undefined;
}

/** Returns what a destination becomes. */
async function nextOf(
  { settings, url, secrets, entry }: FileDestination,
  before: Destination | undefined,
  forwarding: Forwarding,
): Promise<Next> {
  const isTarget = targetNameOf(settings.url) !== undefined;
  if (before !== undefined && isTarget !== (targetNameOf(before.url) !== undefined))
    throw inputError({
      field: "url",
      problem: "cannot become a target or a URL. Remove the destination first.",
    });
  if (isTarget && secrets !== undefined)
    throw inputError({
      field: "secrets",
      problem: "must not be there: a target of the stage has none.",
    });
  if (isTarget) return { settings };
  const old = before && (await readDestinationSecrets(forwarding, before));
  const first = () => ({
    signingSecrets: [{ secret: signingSecretOf(secrets?.secret, secrets?.signature) }],
    headers: {},
  });
  const merged = mergeSecrets({ ...(old ?? first()), url: urlOf(url, old?.url) }, secrets ?? {});
  if (url !== undefined && originOf(url) !== originOf(merged.secrets.url))
    throw inputError({
      field: "secrets.url",
      problem: `must begin with ${originOf(url)}, as url does.`,
    });
  const after =
    old === undefined ? merged.secrets : withSigning(merged.secrets, secrets, Date.now());
  const input = await destinationInput(forwarding, settings, { ...merged, secrets: after }, old);
  if (old === undefined) checkShown(entry, secrets, input.settings);
  return { ...input, old };
}

/** Refuses new secrets that are not what a list shows of them. */
function checkShown(
  entry: JsonObject,
  secrets: FileSecrets | undefined,
  after: DestinationSettings,
): void {
  const problem = "is not that of its secrets. Complete them, or leave it out.";
  const textOf = (value: unknown) => [value].flat().toSorted().join();
  const wrong: Mistake[] = SHOWN_OF_SECRETS.filter(
    (field) => entry[field] !== undefined && textOf(entry[field]) !== textOf(after[field]),
  ).map((field) => ({ field, problem }));
  const isListed = ["createdAtMs", "version"].some((name) => Object.hasOwn(entry, name));
  if (isListed && secrets?.url === undefined)
    wrong.push({
      field: "secrets.url",
      problem: "is missing: of a URL, lists show only scheme and host.",
    });
  if (wrong.length > 0) throw inputError(...wrong);
}

/** A file that has only scheme and host, as lists show them, keeps the path that there is. */
function urlOf(url: string | undefined, old: string | undefined): string | undefined {
  if (url === undefined || old === undefined) return url ?? old;
  const isOrigin = URL.parse(url)?.href.replace(/[?#]{0,2}$/, "") === `${originOf(old)}/`;
  return isOrigin ? old : url;
}

function originOf(url: string): string {
  return URL.parse(url)?.origin ?? "";
}

/**
 * Rotates the signing secret, if the file has another one or another kind: the old one counts for a
 * day.
 */
function withSigning(secrets: DestinationSecrets, file: FileSecrets | undefined, nowMs: number) {
  const { secret, signature } = file ?? {};
  const present = secrets.signingSecrets[0]?.secret ?? "";
  const isSame =
    secret === undefined
      ? (signature ?? signatureKindOf(present)) === signatureKindOf(present)
      : secret === present;
  return isSame
    ? secrets
    : rotateSecret(secrets, nowMs, undefined, signingSecretOf(secret, signature));
}

/**
 * Says which variables and files go to which host. A file says where each secret is, and none
 * itself.
 */
function sourceTexts(
  { entry: { secrets: from } }: FileDestination,
  secrets: Next["secrets"],
): string[] {
  const sources = Object.entries(isJsonObject(from) ? from : {}).filter(
    ([field]) => field !== "secret" && PARAMS.get(field)?.source !== undefined,
  );
  return sources.flatMap(([field, source]) => {
    const to = originOf(
      (field === "clientSecret" ? secrets?.oauth2?.tokenUrl : secrets?.url) ?? "",
    );
    return [source].flat().map((one) => {
      const [, name = "", where = one] = /^([^:=]+)=(.*)$/s.exec(String(one)) ?? [];
      return `${`${field} ${name}`.trim()} from ${where} goes to ${to}`;
    });
  });
}

/** Returns the names of secrets that differ. */
function changedNames(old: Next["old"], secrets: Next["secrets"]): string[] {
  const [a, b] = [old, secrets].map((one) => new Map<string, unknown>(Object.entries(one ?? {})));
  return Object.keys({ ...old, ...secrets }).filter(
    (name) => !isDeepStrictEqual(a?.get(name), b?.get(name)),
  );
}
