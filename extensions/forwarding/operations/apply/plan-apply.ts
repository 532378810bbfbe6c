import { isDeepStrictEqual } from "node:util";
import { inputError, RainhooksError } from "@rainhooks/core/errors";
import type { Mistake } from "@rainhooks/core/mistake";
import type { StageAccess } from "@rainhooks/stage/reached";
import type { Destination } from "../../destinations/destination.ts";
import { secretsIdOf, settingsOf } from "../../destinations/destination-item.ts";
import {
  addDestination,
  changeDestination,
  checkDestination,
  type DestinationInput,
  deleteDestination,
} from "../../destinations/manage.ts";
import { readDestinationSecrets } from "../../destinations/read-secrets.ts";
import { readSettings } from "../../destinations/read-settings.ts";
import { readAll, readDestination } from "../../destinations/store.ts";
import { hasMissed } from "../../pauses/pause.ts";
import { checkHosts } from "../../secrets/check-hosts.ts";
import { rotateSecret, signatureKindOf } from "../../secrets/rotate.ts";
import type { DestinationSecrets } from "../../secrets/secrets.ts";
import { targetNameOf } from "../../targets/target.ts";
import { type Forwarding, forwardingOf } from "../forwarding-of.ts";
import { destinationInput } from "../give-destination.ts";
import { mergeSecrets, signingSecretOf } from "../given-secrets.ts";
import { settingText, WRITTEN_SETTINGS } from "../setting-params.ts";
import { type FileDestination, ofEach, SHOWN_OF_SECRETS } from "./read-file.ts";

/** What is done about a destination, so that it is as the file has it. */
export interface ApplyStep {
  readonly id: string;
  readonly kind: "add" | "change" | "remove" | "same";
  /** What changes, for people; of what is secret, the names. */
  readonly changes: readonly string[];
  readonly run: () => Promise<unknown>;
}

/** What applying a file would do. */
export interface ApplyPlan {
  readonly steps: readonly ApplyStep[];
  /** Ids of destinations that are not in the file, and stay. */
  readonly others: readonly string[];
}

/**
 * Compares a file with the destinations of a stage. It changes nothing.
 *
 * @param prune Whether destinations that are not in the file are removed.
 * @throws {RainhooksError} `input-invalid` with all that is wrong, each with the id of its destination.
 */
export async function planApply(
  reached: StageAccess,
  file: readonly FileDestination[],
  prune: boolean,
): Promise<ApplyPlan> {
  const forwarding = forwardingOf(reached);
  const steps = await ofEach(
    file,
    ({ id }) => id,
    async (one) => stepOf(one, await readDestination(forwarding.table, one.id), forwarding),
  );
  const { destinations, pauses } = await readAll(forwarding.table);
  const ids = new Set(file.map(({ id }) => id));
  const others = destinations.map(({ id }) => id).filter((id) => !ids.has(id));
  if (!prune) return { steps, others };
  const removed = others.map((id): ApplyStep => {
    const changes = hasMissed(pauses, id) ? ["it has missed events, which it will not get"] : [];
    return { id, kind: "remove", changes, run: () => deleteDestination(forwarding, id) };
  });
  // First: they make room for those that are added.
  return { steps: [...removed, ...steps], others: [] };
}

async function stepOf(
  one: FileDestination,
  before: Destination | undefined,
  forwarding: Forwarding,
): Promise<ApplyStep> {
  const { id } = one;
  const { settings, secrets, old } = await nextOf(one, before, forwarding);
  const names = changedNames(old, secrets);
  const input: DestinationInput = { settings, ...(names.length === 0 || !secrets ? {} : { secrets }) };
  await checkDestination(settings, async () => secrets);
  if (before === undefined)
    return {
      ...{ id, kind: "add", changes: [`to ${settings.url}`] },
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
    ...{ id, kind: changes.length === 0 ? "same" : "change", changes },
    run: () => changeDestination(forwarding, id, change, Date.now()),
  };
}

interface Next extends DestinationInput {
  /** Its secrets until now; absent for a new one, and for a target. */
  readonly old?: DestinationSecrets | undefined;
}

/** Returns what a destination becomes. */
async function nextOf(
  one: FileDestination,
  before: Destination | undefined,
  forwarding: Forwarding,
): Promise<Next> {
  const { id, url, secrets: given } = one;
  const isTarget = url !== undefined && targetNameOf(url) !== undefined;
  if (before !== undefined && isTarget !== (targetNameOf(before.url) !== undefined))
    throw inputError({
      field: "url",
      problem: "cannot become a target or a URL. Remove the destination first.",
    });
  if (isTarget && given !== undefined)
    throw inputError({ field: "secrets", problem: "must not be there: a target of the stage has none." });
  if (isTarget) return { settings: readSettings({ ...one.settings, id, url }) };
  const old = before && (await readDestinationSecrets(forwarding, before));
  const first = () => ({
    signingSecrets: [{ secret: signingSecretOf(given?.secret, given?.signature) }],
    headers: {},
  });
  const kept = mergeSecrets({ ...(old ?? first()), url: urlOf(url, old?.url) }, given ?? {});
  if (url !== undefined && originOf(url) !== originOf(kept.url))
    throw inputError({ field: "secrets.url", problem: `must begin with ${originOf(url)}, as url does.` });
  const secrets = old === undefined ? kept : withSigning(kept, given, Date.now());
  const input = destinationInput(forwarding, { ...one.settings, id }, secrets, old);
  if (old === undefined) checkShown(one, input.settings);
  return { ...input, old };
}

/** Refuses new secrets that are not what a list shows of them. */
function checkShown({ shown, isListed, secrets }: FileDestination, after: Next["settings"]): void {
  const problem = "is not that of its secrets. Complete them, or leave it out.";
  const textOf = (value: unknown) => [value].flat().toSorted().join();
  const wrong: Mistake[] = SHOWN_OF_SECRETS.filter(
    (field) => shown[field] !== undefined && textOf(shown[field]) !== textOf(after[field]),
  ).map((field) => ({ field, problem }));
  if (isListed && secrets?.url === undefined)
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
