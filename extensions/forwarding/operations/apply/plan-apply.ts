import { isDeepStrictEqual } from "node:util";
import { inputError, RainhooksError } from "@rainhooks/core/errors";
import type { Mistake } from "@rainhooks/core/mistake";
import type { StageAccess } from "@rainhooks/stage/reached";
import { checkBatchUrl } from "../../destinations/batch-url.ts";
import { checkCondition } from "../../destinations/content-filter.ts";
import type { Destination } from "../../destinations/destination.ts";
import { secretsIdOf, settingsOf } from "../../destinations/destination-item.ts";
import {
  addDestination,
  changeDestination,
  type DestinationInput,
  deleteDestination,
} from "../../destinations/manage.ts";
import { readDestinationSecrets } from "../../destinations/read-secrets.ts";
import { readSettings } from "../../destinations/read-settings.ts";
import { settingsOfSecrets, withSecretSettings } from "../../destinations/settings-of-secrets.ts";
import { readAll, readDestination } from "../../destinations/store.ts";
import { hasMissed } from "../../pauses/pause.ts";
import { checkHosts } from "../../secrets/check-hosts.ts";
import { formatSecrets } from "../../secrets/parse.ts";
import { rotateSecret, signatureKindOf } from "../../secrets/rotate.ts";
import type { DestinationSecrets } from "../../secrets/secrets.ts";
import { targetNameOf } from "../../targets/target.ts";
import { checkReceivers } from "../check-receiver.ts";
import { type Forwarding, forwardingOf } from "../forwarding-of.ts";
import { mergeSecrets, signingSecretOf } from "../given-secrets.ts";
import { settingText, WRITTEN_SETTINGS } from "../setting-params.ts";
import { type FileDestination, inEntry, SHOWN_OF_SECRETS } from "./read-file.ts";

/** What is done about a destination, so that it is as the file has it. */
export interface ApplyStep {
  readonly id: string;
  readonly kind: "add" | "change" | "remove" | "same";
  /** What changes, for people; of what is secret, the names. */
  readonly changes: readonly string[];
  /** What people should know of the addresses that it is called at. */
  readonly notes: readonly string[];
  readonly run: () => Promise<unknown>;
}

/** What applying a file would do. */
export interface ApplyPlan {
  readonly steps: readonly ApplyStep[];
  /** Ids of destinations that are not in the file, and stay. */
  readonly others: readonly string[];
}

/** How a file is applied. */
export interface ApplyOptions {
  /** Whether destinations that are not in the file are removed. */
  readonly prune: boolean;
  /** False does not look up the names of URLs. */
  readonly lookup: boolean;
}

/**
 * Compares a file with the destinations of a stage. It changes nothing.
 *
 * @throws {RainhooksError} `input-invalid` with all that is wrong, each with the id of its destination.
 */
export async function planApply(
  reached: StageAccess,
  file: readonly FileDestination[],
  { prune, lookup }: ApplyOptions,
): Promise<ApplyPlan> {
  const forwarding = forwardingOf(reached);
  const steps: ApplyStep[] = [];
  const wrong: Mistake[] = [];
  for (const one of file)
    try {
      steps.push(await stepOf(one, await readDestination(forwarding.table, one.id), forwarding, lookup));
    } catch (error) {
      if (!(error instanceof RainhooksError) || !OF_ENTRIES.has(error.code)) throw error;
      wrong.push(
        ...inEntry(one.id, error.mistakes.length > 0 ? error.mistakes : [{ problem: error.message }]),
      );
    }
  if (wrong.length > 0) throw inputError(...wrong);
  const { destinations, pauses } = await readAll(forwarding.table);
  const ids = new Set(file.map(({ id }) => id));
  const others = destinations.map(({ id }) => id).filter((id) => !ids.has(id));
  if (!prune) return { steps, others };
  const removed = others.map((id): ApplyStep => {
    const changes = hasMissed(pauses, id) ? ["it has missed events, which it will not get"] : [];
    return { id, kind: "remove", changes, notes: [], run: () => deleteDestination(forwarding, id) };
  });
  // First: they make room for those that are added.
  return { steps: [...removed, ...steps], others: [] };
}

/** Codes of what is wrong with one destination, and does not hide what is wrong with others. */
const OF_ENTRIES: ReadonlySet<string> = new Set(["input-invalid", "secret-unavailable"]);

async function stepOf(
  one: FileDestination,
  before: Destination | undefined,
  forwarding: Forwarding,
  lookup: boolean,
): Promise<ApplyStep> {
  const { id } = one;
  const { settings, secrets, old } = await nextOf(one, before, forwarding);
  const names = changedNames(old, secrets);
  const input: DestinationInput = { settings, ...(names.length === 0 || !secrets ? {} : { secrets }) };
  await checkCondition(settings);
  await checkBatchUrl(settings, async () => secrets);
  const { allowPrivate } = forwarding;
  const notes =
    input.secrets === undefined
      ? []
      : await checkReceivers(input.secrets, { allowPrivate, ...(lookup ? {} : { lookup: false }) });
  if (before === undefined)
    return {
      ...{ id, kind: "add", changes: [`to ${settings.url}`], notes },
      run: () => addDestination(forwarding, input, Date.now()),
    };
  if (input.secrets !== undefined) await checkHosts(forwarding.secrets, secretsIdOf(before), input.secrets);
  const changes = [
    ...changedSettings(before, settings),
    ...(names.length === 0 ? [] : [`secrets: ${names.join(", ")}`]),
    ...endedSecrets(old, secrets),
  ];
  const change = ({ destination }: { readonly destination: Destination }) => {
    if (secretsIdOf(destination) === secretsIdOf(before)) return input;
    throw new RainhooksError("write-conflict", `The secrets of ${id} have been changed meanwhile.`);
  };
  return {
    ...{ id, kind: changes.length === 0 ? "same" : "change", changes, notes },
    run: () => changeDestination(forwarding, id, change, Date.now()),
  };
}

interface Next extends DestinationInput {
  /** Its secrets until now; absent for a new one, and for a target. */
  readonly old?: DestinationSecrets;
}

/** Returns what a destination becomes. */
async function nextOf(
  one: FileDestination,
  before: Destination | undefined,
  forwarding: Forwarding,
): Promise<Next> {
  const { id, url, settings, secrets: given } = one;
  const isTarget = url !== undefined && targetNameOf(url) !== undefined;
  if (before !== undefined && isTarget !== (targetNameOf(before.url) !== undefined))
    throw inputError({
      field: "url",
      problem: "cannot become a target or a URL. Remove the destination first.",
    });
  if (isTarget && given !== undefined)
    throw inputError({ field: "secrets", problem: "must not be there: a target of the stage has none." });
  if (isTarget) return { settings: readSettings({ ...settings, id, url }) };
  const nowMs = Date.now();
  const old = before === undefined ? undefined : await secretsBefore(before, given, forwarding);
  const first = () => ({
    signingSecrets: [{ secret: signingSecretOf(given?.secret, given?.signature) }],
    headers: {},
  });
  const kept = mergeSecrets({ ...(old ?? first()), url: urlOf(url, old?.url) }, given ?? {}, nowMs);
  if (url !== undefined && originOf(url) !== originOf(kept.url))
    throw inputError({ field: "secrets.url", problem: `must begin with ${originOf(url)}, as url does.` });
  if (old === undefined) checkShown({ ...one, shown: before ?? one.shown }, kept);
  const secrets = old === undefined ? kept : withSigning(kept, given, nowMs);
  formatSecrets(secrets);
  const after = readSettings(withSecretSettings({ ...settings, id }, secrets));
  return { settings: after, secrets, ...(old === undefined ? {} : { old }) };
}

/** Returns the secrets that a destination has; `undefined` if they are lost and the file has others. */
function secretsBefore(before: Destination, given: FileDestination["secrets"], forwarding: Forwarding) {
  const isNew = given?.url !== undefined && given.secret !== undefined;
  return readDestinationSecrets(forwarding, before).catch((error: unknown) => {
    if (isNew && error instanceof RainhooksError && error.code === "secret-unavailable") return undefined;
    throw error;
  });
}

/** Refuses new secrets that are not what is shown of them. */
function checkShown({ shown, isListed, secrets: given }: FileDestination, secrets: DestinationSecrets): void {
  const both = [shown, settingsOfSecrets(secrets)];
  const wrong = SHOWN_OF_SECRETS.flatMap((field): Mistake[] => {
    const [is, gives] = both.map((of) => [of[field] ?? []].flat().toSorted().join(", ") || "none");
    const problem = `is ${is}, and its secrets give ${gives}. Complete secrets, or leave ${field} out.`;
    return shown[field] === undefined || is === gives ? [] : [{ field, problem }];
  });
  if (isListed && given?.url === undefined)
    wrong.push({ field: "secrets.url", problem: "is missing: of a URL, lists show only scheme and host." });
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

/** Rotates the signing secret, if the file has another one or another kind: the old one counts for a day. */
function withSigning(secrets: DestinationSecrets, given: FileDestination["secrets"], nowMs: number) {
  const { secret, signature } = given ?? {};
  const present = secrets.signingSecrets[0]?.secret ?? "";
  const isSame =
    secret === undefined
      ? (signature ?? signatureKindOf(present)) === signatureKindOf(present)
      : secret === present;
  return isSame ? secrets : rotateSecret(secrets, nowMs, undefined, signingSecretOf(secret, signature));
}

/** Says which secret ends now that would count for longer: of those replaced, only the last one does. */
function endedSecrets(old: Next["old"], after: Next["secrets"]): string[] {
  const stay = new Set(after?.signingSecrets.map(({ secret }) => secret));
  return (old?.signingSecrets ?? []).flatMap(({ secret, validUntilMs = 0 }) =>
    stay.has(secret) || validUntilMs <= Date.now()
      ? []
      : [`ends the signing secret that counts until ${new Date(validUntilMs).toISOString()}`],
  );
}

/** Returns the names of secrets that differ. */
function changedNames(old: Next["old"], secrets: Next["secrets"]): string[] {
  const [a, b] = [old, secrets].map((one) => new Map<string, unknown>(Object.entries(one ?? {})));
  return Object.keys({ ...old, ...secrets }).filter((name) => !isDeepStrictEqual(a?.get(name), b?.get(name)));
}

function changedSettings(before: Destination, after: DestinationInput["settings"]): string[] {
  const [a, b] = [settingsOf(before), after].map((one) => new Map<string, unknown>(Object.entries(one)));
  const written = [...WRITTEN_SETTINGS.values()].flatMap((field) => {
    const [from, to] = [a?.get(field.setting), b?.get(field.setting)];
    return isDeepStrictEqual(from, to)
      ? []
      : [`${field.setting}: ${[from, to].map((one) => shortText(settingText(field, one))).join(" → ")}`];
  });
  return before.url === after.url ? written : [`url: ${before.url} → ${after.url}`, ...written];
}

/** Maximum length of a setting in a plan: a template can have pages. */
const MAX_SHOWN = 100;

function shortText(text: string): string {
  const line = text.replaceAll(/\s+/g, " ");
  return line.length <= MAX_SHOWN ? line : `${line.slice(0, MAX_SHOWN - 1).toWellFormed()}…`;
}
