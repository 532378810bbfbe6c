import { RainhooksError } from "@rainhooks/core";
import {
  type CurrentDestination,
  changeDestination,
  type DestinationChange,
  formatSecrets,
  readSettings,
  settingsOf,
  settingsOfSecrets,
} from "@rainhooks/forwarding";
import { checkReceivers, forwardingOf } from "@rainhooks/operate";
import { formatted, print, printNote } from "../output.ts";
import { reachStage, type StageSelection } from "../reach/reach-stage.ts";
import { destinationLines, shownDestination } from "./destination-view.ts";
import { withDestinationOptions } from "./option-names.ts";
import { readGivenSecrets, type SecretSourceOptions, withGiven } from "./secret-options.ts";
import { givenSettings, type SettingOptions } from "./setting-options.ts";
import { requireUrl } from "./target.ts";

/** Options of `destinations set`. */
export interface SetDestinationOptions extends StageSelection, SettingOptions, SecretSourceOptions {
  readonly lookup?: boolean | undefined;
  readonly json?: boolean | undefined;
}

/** Changes what options give of a destination. */
export async function setCommand(id: string, options: SetDestinationOptions): Promise<void> {
  const given = await givenSettings(options);
  const secrets = await readGivenSecrets(options);
  if (Object.keys(given).length === 0 && secrets === undefined)
    throw new RainhooksError(
      "input-invalid",
      "There is nothing to change. Give what is to change, such as --events.",
    );
  const forwarding = forwardingOf(await reachStage(options));
  const { allowPrivate } = forwarding;
  const lookup = options.lookup === false ? { lookup: false as const } : {};
  const change = async (current: CurrentDestination): Promise<DestinationChange> => {
    const settings = { ...settingsOf(current.destination), ...given };
    if (secrets === undefined) return { settings: readSettings(settings) };
    requireUrl(current.destination);
    const changed = withGiven(await current.secrets(), secrets);
    formatSecrets(changed);
    if (secrets.url !== undefined || secrets.oauth2 !== undefined)
      for (const note of await checkReceivers(changed, { allowPrivate, ...lookup })) printNote(note);
    return { settings: readSettings({ ...settings, ...settingsOfSecrets(changed) }), secrets: changed };
  };
  const named = (current: CurrentDestination) => withDestinationOptions(() => change(current));
  const changed = await changeDestination(forwarding, id, named, Date.now());
  const value = { destination: shownDestination(changed) };
  await print(
    formatted(options, { value, header: [], rows: [], text: () => destinationLines(changed, {}, []) }),
  );
}
