import { onStage } from "@rainhooks/stage/commands/on-stage";
import { formatted, print, printNote } from "@rainhooks/stage/commands/output";
import { reachStage } from "@rainhooks/stage/commands/reach-stage";
import { asTyped } from "@rainhooks/stage/terminal/as-typed";
import type { Destination } from "../../destinations/destination.ts";
import type { SecretsOfFile } from "../../destinations/file/give-secrets.ts";
import { readPauses } from "../../destinations/store.ts";
import { forwardingOf } from "../../operations/forwarding-of.ts";
import { giveSecretsOfFile } from "../../operations/give-destination.ts";
import { type AddDestinationOptions, addedText, firstSigningSecret } from "./add-destination.ts";
import { shownDestination } from "./destination-view.ts";
import { withDestinationOptions } from "./option-names.ts";
import { readGivenSecrets, withGiven } from "./secret-options.ts";

/** Options of `destinations set-secrets`. */
export type SetSecretsOptions = Omit<AddDestinationOptions, "url" | "target">;

/** Gives a destination of the stage's file its secrets, and prints its signing secret if it is new. */
export async function setSecretsCommand(id: string, options: SetSecretsOptions): Promise<void> {
  const given = await readGivenSecrets(options);
  const secret = await firstSigningSecret(options);
  const first: SecretsOfFile = { signingSecrets: [{ secret }], headers: {} };
  const after = (before: SecretsOfFile = first, { wholeUrl, url }: Destination) =>
    withGiven({ ...before, url: before.url ?? wholeUrl ?? url }, given);
  const reached = await reachStage(options);
  const { destination, notes, secrets } = await withDestinationOptions(() =>
    giveSecretsOfFile(reached, id, after, options),
  );
  for (const note of notes) printNote(note);
  const signing = secrets.signingSecrets[0]?.secret === secret ? secret : undefined;
  const missed = (await readPauses(forwardingOf(reached).table, id)).some((one) => one.missed !== undefined);
  const value = {
    destination: shownDestination(destination),
    ...(signing === undefined || destination.publicKey !== undefined ? {} : { signingSecret: signing }),
  };
  const resume = asTyped(
    `It has missed events. To send them: rainhooks destinations resume ${id}${onStage(options)}`,
  );
  const text = () => [addedText(destination, signing, options), ...(missed ? [resume] : [])].join("\n");
  await print(formatted(options, { value, header: [], rows: [], text }));
}
