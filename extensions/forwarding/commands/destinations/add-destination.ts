import { SECOND_MS } from "@rainhooks/core/durations";
import { RainhooksError } from "@rainhooks/core/errors";
import { onStage } from "@rainhooks/stage/commands/on-stage";
import { formatted, print, printNote } from "@rainhooks/stage/commands/output";
import { reachStage, type StageSelection } from "@rainhooks/stage/commands/reach-stage";
import { asTyped } from "@rainhooks/stage/terminal/as-typed";
import type { Destination } from "../../destinations/destination.ts";
import { isDestinationId } from "../../destinations/ids.ts";
import { MAX_KNOWN_AGE_MS } from "../../destinations/known-destinations.ts";
import { giveDestination } from "../../operations/give-destination.ts";
import { formatSecrets } from "../../secrets/parse.ts";
import { newSigningSecret } from "../../secrets/rotate.ts";
import type { DestinationSecrets, SignatureKind } from "../../secrets/secrets.ts";
import { eventsText, shownDestination } from "./destination-view.ts";
import { withDestinationOptions } from "./option-names.ts";
import { readGivenSecrets, type SecretSourceOptions, withGiven } from "./secret-options.ts";
import { readSecret } from "./secret-source.ts";
import { givenSettings, type SettingOptions } from "./setting-options.ts";
import { requireKind } from "./signature-kind.ts";

/** Options of `destinations add`. */
export interface AddDestinationOptions extends StageSelection, SettingOptions, SecretSourceOptions {
  readonly secretFrom?: string | undefined;
  /** How requests are signed. @defaultValue `v1` */
  readonly signature?: SignatureKind | undefined;
  /** Name of a target of the stage, instead of a URL. */
  readonly target?: string | undefined;
  /** False does not look names up. */
  readonly lookup?: boolean | undefined;
  readonly json?: boolean | undefined;
}

/** Adds a destination, and prints its signing secret. */
export async function addCommand(id: string, options: AddDestinationOptions): Promise<void> {
  requireId(id);
  const { target, lookup } = options;
  const secrets = target === undefined ? await readSecrets(options) : { target };
  const given = await withDestinationOptions(() => givenSettings(options));
  const reached = await reachStage(options);
  const { destination: added, notes } = await withDestinationOptions(() =>
    giveDestination(reached, { ...given, id }, secrets, { lookup }),
  );
  for (const note of notes) printNote(note);
  const signing = "target" in secrets ? undefined : secrets.signingSecrets[0]?.secret;
  const value = {
    destination: shownDestination(added),
    ...(signing === undefined || added.publicKey !== undefined ? {} : { signingSecret: signing }),
  };
  const text = () => addedText(added, signing, options);
  await print(formatted(options, { value, header: [], rows: [], text }));
}

async function readSecrets(options: AddDestinationOptions): Promise<DestinationSecrets> {
  const secret = await firstSigningSecret(options);
  const secrets = withGiven({ signingSecrets: [{ secret }], headers: {} }, await readGivenSecrets(options));
  // Here, so that messages do not name settings that follow from secrets.
  await withDestinationOptions(() => formatSecrets(secrets));
  return secrets;
}

/** Returns the signing secret that options give, or a new one. */
export async function firstSigningSecret({
  secretFrom,
  signature,
}: Pick<AddDestinationOptions, "secretFrom" | "signature">): Promise<string> {
  const secret =
    secretFrom === undefined ? newSigningSecret(signature) : await readSecret("--secret-from", secretFrom);
  if (signature !== undefined) requireKind(secret, signature);
  return secret;
}

/** @throws {RainhooksError} `input-invalid` for what cannot be the id of a destination. */
function requireId(id: string): void {
  if (isDestinationId(id)) return;
  throw new RainhooksError(
    "input-invalid",
    `${JSON.stringify(id)} is not an id of a destination: up to 30 lower-case letters, digits and dashes, with no dash at its beginning or end.`,
  );
}

/** Says what a destination gets, and with what its receiver verifies it. */
export function addedText(added: Destination, signing: string | undefined, options: StageSelection): string {
  const wanted = eventsText(added).replace(/^all\b/, "all events");
  const { publicKey } = added;
  const secret = [
    publicKey === undefined
      ? "Its signing secret, with which the receiver verifies requests (Standard Webhooks). Keep it secret:"
      : "Its public key, with which the receiver verifies requests (Standard Webhooks, v1a). It is no secret:",
    "",
    `  ${publicKey ?? signing}`,
    "",
  ];
  return [
    `Destination ${added.id} is ${added.state}: ${wanted} to ${added.url}`,
    ...(added.state === "active"
      ? [`The stage sends to it from ${MAX_KNOWN_AGE_MS / SECOND_MS} seconds after now on.`]
      : []),
    "",
    ...(signing === undefined ? [] : secret),
    asTyped(`Try it: rainhooks destinations test ${added.id}${onStage(options)}`),
  ].join("\n");
}
