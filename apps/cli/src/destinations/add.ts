import { RainhooksError } from "@rainhooks/core";
import {
  addDestination,
  type Destination,
  formatSecrets,
  isDestinationId,
  newSigningSecret,
  readSettings,
  settingsOfSecrets,
} from "@rainhooks/forwarding";
import { formatted, print } from "../output.ts";
import { onStage } from "../reach/on-stage.ts";
import { reachStage, type StageOptions } from "../reach/stage.ts";
import { checkReceivers } from "./check-receiver.ts";
import { withOptionNames } from "./option-names.ts";
import { forwardingOf } from "./reach-destinations.ts";
import { readGivenSecrets, type SecretOptions, withGiven } from "./secret-options.ts";
import { readSecret } from "./secret-source.ts";
import { givenSettings, type SettingOptions } from "./setting-options.ts";
import { eventsText, shownDestination } from "./view.ts";

/** Options of `destinations add`. */
export interface AddOptions extends StageOptions, SettingOptions, SecretOptions {
  readonly secretFrom?: string | undefined;
  /** False does not look names up. */
  readonly lookup?: boolean | undefined;
  readonly json?: boolean | undefined;
}

/** Adds a destination, and prints its signing secret. */
export async function addCommand(id: string, options: AddOptions): Promise<void> {
  requireId(id);
  const signing =
    options.secretFrom === undefined
      ? newSigningSecret()
      : await readSecret("--secret-from", options.secretFrom);
  const none = { signingSecrets: [{ secret: signing }], headers: {} };
  const given = (await readGivenSecrets(options)) ?? { headers: new Map(), removed: [], removeAuth: false };
  const secrets = withGiven(none, given);
  const settings = await withOptionNames(async () => {
    // Before the settings, some of which follow from the secrets.
    formatSecrets(secrets);
    return readSettings({ ...(await givenSettings(options)), id, ...settingsOfSecrets(secrets) });
  });
  const forwarding = forwardingOf(await reachStage(options));
  const { allowPrivate } = forwarding;
  await checkReceivers(secrets, { allowPrivate, ...(options.lookup === false ? { lookup: false } : {}) });
  const added = await addDestination(forwarding, { settings, secrets }, Date.now());
  const value = { destination: shownDestination(added), signingSecret: signing };
  await print(
    formatted(options, { value, header: [], rows: [], text: () => addedText(added, signing, options) }),
  );
}

/** @throws {RainhooksError} `input-invalid` for what cannot be the id of a destination. */
function requireId(id: string): void {
  if (isDestinationId(id)) return;
  throw new RainhooksError(
    "input-invalid",
    `${JSON.stringify(id)} is not an id of a destination: up to 30 lower-case letters, digits and dashes, with no dash at its beginning or end.`,
  );
}

function addedText(added: Destination, signing: string, options: StageOptions): string {
  const wanted = added.events === "all" ? "all events" : eventsText(added);
  return [
    `Destination ${added.id} is active: ${wanted} to ${added.url}`,
    "",
    "Its signing secret, with which the receiver verifies requests (Standard Webhooks). Keep it secret:",
    "",
    `  ${signing}`,
    "",
    `Try it: rainhooks destinations test ${added.id}${onStage(options)}`,
  ].join("\n");
}
