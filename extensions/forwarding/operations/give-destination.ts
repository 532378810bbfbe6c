import type { StageAccess } from "@rainhooks/stage/reached";
import type { Destination, DestinationSettings } from "../destinations/destination.ts";
import { settingsOf } from "../destinations/destination-item.ts";
import {
  addDestination,
  type CurrentDestination,
  changeDestination,
  type DestinationInput,
} from "../destinations/manage.ts";
import { readSettings } from "../destinations/read-settings.ts";
import { withSecretSettings } from "../destinations/settings-of-secrets.ts";
import { formatSecrets } from "../secrets/parse.ts";
import type { DestinationSecrets } from "../secrets/secrets.ts";
import { checkReceivers } from "./check-receiver.ts";
import { type Forwarding, forwardingOf } from "./forwarding-of.ts";

/** Settings of a destination as they are given: {@link readSettings} checks them. */
export type RequestSettings = { readonly [Name in keyof DestinationSettings]?: unknown };

/**
 * Checks settings and secrets of a destination that is called by HTTP.
 *
 * @param before Its secrets until now; `undefined` for a new one.
 * @throws {RainhooksError} `input-invalid` for what is wrong, or a URL that the stage may not call.
 */
export function destinationInput(
  { allowPrivate }: Pick<Forwarding, "allowPrivate">,
  given: RequestSettings,
  secrets: DestinationSecrets,
  before?: DestinationSecrets,
): Required<DestinationInput> {
  formatSecrets(secrets);
  const settings = readSettings(withSecretSettings(given, secrets));
  checkReceivers(secrets, allowPrivate, before);
  return { settings, secrets };
}

/**
 * Adds a destination that is called by HTTP, or one that is a target of the stage's file.
 *
 * @param secrets Its URL and what else is secret, or the name of the target.
 * @throws {RainhooksError} as {@link destinationInput} does; `write-conflict` if there is one with its id.
 */
export function giveDestination(
  reached: StageAccess,
  given: RequestSettings,
  secrets: DestinationSecrets | { readonly target: string },
): Promise<Destination> {
  const forwarding = forwardingOf(reached);
  const input =
    "target" in secrets
      ? { settings: readSettings({ ...given, url: `target:${secrets.target}` }) }
      : destinationInput(forwarding, given, secrets);
  return addDestination(forwarding, input, Date.now());
}

/** What is to be changed of a destination. */
export interface DestinationUpdate {
  readonly settings?: RequestSettings;
  /** Returns its secrets after the change; absent if none of them change. */
  readonly secretsAfter?: ((current: CurrentDestination) => Promise<DestinationSecrets>) | undefined;
  /** Whether the caller confirms that unchanged secrets may be sent to the new host. @defaultValue false */
  readonly sameSecrets?: boolean | undefined;
}

/**
 * Changes the given settings and secrets of a destination.
 *
 * @throws {RainhooksError} `input-invalid` for what is wrong and for secrets that would go to another host,
 * `not-found` if there is no such destination, `write-conflict` if somebody else changes it.
 */
export function updateDestination(
  reached: StageAccess,
  id: string,
  { settings: given, secretsAfter, sameSecrets }: DestinationUpdate,
): Promise<Destination> {
  const forwarding = forwardingOf(reached);
  const change = async (current: CurrentDestination) => {
    const settings = { ...settingsOf(current.destination), ...given };
    const secrets = await secretsAfter?.(current);
    if (secrets === undefined) return { settings: readSettings(settings) };
    return { ...destinationInput(forwarding, settings, secrets, await current.secrets()), sameSecrets };
  };
  return changeDestination(forwarding, id, change, Date.now());
}
