import { isDeepStrictEqual } from "node:util";
import { inputError, RainhooksError } from "@rainhooks/core/errors";
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
import { withSecretSettings } from "../../destinations/settings-of-secrets.ts";
import { readAll } from "../../destinations/store.ts";
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
import { type FileDestination, inEntry } from "./read-file.ts";

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
  const { destinations, pauses } = await readAll(forwarding.table);
  const present = new Map(destinations.map((one) => [one.id, one]));
  const steps: ApplyStep[] = [];
  const wrong: ReturnType<typeof inEntry> = [];
  for (const one of file)
    try {
      steps.push(await stepOf(one, present.get(one.id), forwarding, lookup));
    } catch (error) {
      if (!(error instanceof RainhooksError) || error.code !== "input-invalid") throw error;
      wrong.push(
        ...inEntry(one.id, error.mistakes.length > 0 ? error.mistakes : [{ problem: error.message }]),
      );
    }
  if (wrong.length > 0) throw inputError(...wrong);
  const ids = new Set(file.map(({ id }) => id));
  const others = destinations.map(({ id }) => id).filter((id) => !ids.has(id));
  if (!prune) return { steps, others };
  const removed = others.map((id): ApplyStep => {
    const changes = hasMissed(pauses, id) ? ["it has missed events, which it will not get"] : [];
    return { id, kind: "remove", changes, notes: [], run: () => deleteDestination(forwarding, id) };
  });
  return { steps: [...steps, ...removed], others: [] };
}

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
  { id, url, settings, secrets: given }: FileDestination,
  before: Destination | undefined,
  forwarding: Forwarding,
): Promise<Next> {
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
  const old = before === undefined ? undefined : await readDestinationSecrets(forwarding, before);
  const first = () => ({
    signingSecrets: [{ secret: signingSecretOf(given?.secret, given?.signature) }],
    headers: {},
  });
  const kept = mergeSecrets({ ...(old ?? first()), url: urlOf(url, old?.url) }, given ?? {}, nowMs);
  if (url !== undefined && originOf(url) !== originOf(kept.url))
    throw inputError({ field: "secrets.url", problem: `must begin with ${originOf(url)}, as url does.` });
  const secrets = old === undefined ? kept : withSigning(kept, given, nowMs);
  formatSecrets(secrets);
  const after = readSettings(withSecretSettings({ ...settings, id }, secrets));
  return { settings: after, secrets, ...(old === undefined ? {} : { old }) };
}

/** A file that has only scheme and host, as lists show them, keeps the path that there is. */
function urlOf(url: string | undefined, old: string | undefined): string | undefined {
  return url === undefined || (old !== undefined && url === originOf(old)) ? old : url;
}

function originOf(url: string): string {
  return URL.parse(url)?.origin ?? "";
}

/** Rotates the signing secret, if the file has another one or another kind: the old one counts for a day. */
function withSigning(
  secrets: DestinationSecrets,
  given: FileDestination["secrets"],
  nowMs: number,
): DestinationSecrets {
  const { secret, signature } = given ?? {};
  const present = secrets.signingSecrets[0]?.secret ?? "";
  const isSame =
    secret === undefined
      ? (signature ?? signatureKindOf(present)) === signatureKindOf(present)
      : secret === present;
  return isSame ? secrets : rotateSecret(secrets, nowMs, undefined, signingSecretOf(secret, signature));
}

/** Returns the names of secrets that differ. */
function changedNames(
  old: DestinationSecrets | undefined,
  secrets: DestinationSecrets | undefined,
): string[] {
  const [a, b] = [old, secrets].map((one) => new Map<string, unknown>(Object.entries(one ?? {})));
  const names = new Set([...(a?.keys() ?? []), ...(b?.keys() ?? [])]);
  return [...names].filter((name) => !isDeepStrictEqual(a?.get(name), b?.get(name)));
}

function changedSettings(before: Destination, after: DestinationInput["settings"]): string[] {
  const [a, b] = [settingsOf(before), after].map((one) => new Map<string, unknown>(Object.entries(one)));
  const written = [...WRITTEN_SETTINGS.values()].flatMap((field) => {
    const [from, to] = [a?.get(field.setting), b?.get(field.setting)];
    return isDeepStrictEqual(from, to)
      ? []
      : [`${field.setting}: ${settingText(field, from)} → ${settingText(field, to)}`];
  });
  return before.url === after.url ? written : [`url: ${before.url} → ${after.url}`, ...written];
}
