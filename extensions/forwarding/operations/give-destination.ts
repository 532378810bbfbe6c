import type { StageAccess } from "@rainhooks/stage/reached";
import type { Destination, DestinationSettings } from "../destinations/destination.ts";
import { settingsOf } from "../destinations/destination-item.ts";
import { addDestination, type CurrentDestination, changeDestination } from "../destinations/manage.ts";
import { readSettings } from "../destinations/read-settings.ts";
import { settingsOfSecrets, withSecretSettings } from "../destinations/settings-of-secrets.ts";
import { formatSecrets } from "../secrets/parse.ts";
import type { DestinationSecrets } from "../secrets/secrets.ts";
import { checkReceivers } from "./check-receiver.ts";
import { forwardingOf } from "./forwarding-of.ts";

/** Settings of a destination as they are given: {@link readSettings} checks them. */
export type RequestSettings = { readonly [Name in keyof DestinationSettings]?: unknown };

/**
 * A destination that was added or changed, and what people should know of the addresses that it is called at.
 */
export interface SavedDestination {
  readonly destination: Destination;
  readonly notes: readonly string[];
}

/** How URLs are checked. */
interface CheckOptions {
  /** False does not look names up. */
  readonly lookup?: boolean | undefined;
}

/**
 * Adds a destination that is called by HTTP, or one that is a target of the stage's file.
 *
 * @param secrets Its URL and what else is secret, or the name of the target.
 * @throws {RainhooksError} `input-invalid` for settings or secrets that are wrong, or a URL that the stage
 * may not call; `write-conflict` if there is one with its id.
 */
export async function giveDestination(
  reached: StageAccess,
  given: RequestSettings,
  secrets: DestinationSecrets | { readonly target: string },
  { lookup }: CheckOptions = {},
): Promise<SavedDestination> {
  const isTarget = "target" in secrets;
  if (!isTarget) formatSecrets(secrets);
  const place = isTarget ? { url: `target:${secrets.target}` } : settingsOfSecrets(secrets);
  const settings = readSettings({ ...given, ...place });
  const forwarding = forwardingOf(reached);
  const notes = isTarget ? [] : await checkReceivers(secrets, checksOf(forwarding, lookup));
  const input = isTarget ? { settings } : { settings, secrets };
  return { destination: await addDestination(forwarding, input, Date.now()), notes };
}

/** What is to be changed of a destination. */
export interface DestinationUpdate {
  readonly settings: RequestSettings;
  /** Returns its secrets after the change; absent if none of them change. */
  readonly secretsAfter?: ((current: CurrentDestination) => Promise<DestinationSecrets>) | undefined;
  /** Whether a URL is among what changes. */
  readonly changesUrl?: boolean;
  /** Whether the caller confirms that unchanged secrets may be sent to the new host. @defaultValue false */
  readonly sameSecrets?: boolean | undefined;
}

/**
 * Changes the given settings and secrets of a destination.
 *
 * @throws {RainhooksError} `input-invalid` for what is wrong and for secrets that would go to another host,
 * `not-found` if there is no such destination, `write-conflict` if somebody else changes it.
 */
export async function updateDestination(
  reached: StageAccess,
  id: string,
  { settings: given, secretsAfter, changesUrl = false, sameSecrets }: DestinationUpdate,
  { lookup }: CheckOptions = {},
): Promise<SavedDestination> {
  const forwarding = forwardingOf(reached);
  const notes: string[] = [];
  const change = async (current: CurrentDestination) => {
    const settings = { ...settingsOf(current.destination), ...given };
    const secrets = await secretsAfter?.(current);
    if (secrets === undefined) return { settings: readSettings(settings) };
    formatSecrets(secrets);
    if (changesUrl) notes.push(...(await checkReceivers(secrets, checksOf(forwarding, lookup))));
    return { settings: readSettings(withSecretSettings(settings, secrets)), secrets, sameSecrets };
  };
  return { destination: await changeDestination(forwarding, id, change, Date.now()), notes };
}

function checksOf({ allowPrivate }: { readonly allowPrivate: boolean | readonly string[] }, lookup = true) {
  return { allowPrivate, ...(lookup ? {} : { lookup: false as const }) };
}
