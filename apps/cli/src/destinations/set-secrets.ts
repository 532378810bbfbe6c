import { type Destination, readPauses, type SecretsOfFile } from "@rainhooks/forwarding";
import { forwardingOf, giveSecretsOfFile } from "@rainhooks/operate";
import { asTyped } from "@rainhooks/terminal";
import { formatted, print, printNote } from "../output.ts";
import { onStage } from "../reach/on-stage.ts";
import { reachStage } from "../reach/reach-stage.ts";
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
