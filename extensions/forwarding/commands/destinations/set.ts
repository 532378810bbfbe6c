import { RainhooksError } from "@rainhooks/core/errors";
import { formatted, print, printNote } from "@rainhooks/stage/commands/output";
import { reachStage, type StageSelection } from "@rainhooks/stage/commands/reach-stage";
import type { CurrentDestination } from "../../destinations/manage.ts";
import { updateDestination } from "../../operations/give-destination.ts";
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
  const secretsAfter = async (current: CurrentDestination) => {
    requireUrl(current.destination);
    return withGiven(await current.secrets(), secrets);
  };
  const update = {
    settings: given,
    secretsAfter: secrets === undefined ? undefined : secretsAfter,
    changesUrl: secrets?.url !== undefined || secrets?.oauth2 !== undefined,
    sameSecrets: options.sameSecrets,
  };
  const reached = await reachStage(options);
  const { destination: changed, notes } = await withDestinationOptions(() =>
    updateDestination(reached, id, update, { lookup: options.lookup }),
  );
  for (const note of notes) printNote(note);
  const value = { destination: shownDestination(changed) };
  await print(
    formatted(options, { value, header: [], rows: [], text: () => destinationLines(changed, {}, []) }),
  );
}
