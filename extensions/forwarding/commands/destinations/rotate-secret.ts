import { SECOND_MS } from "@rainhooks/core/durations";
import { publicKeyOf } from "@rainhooks/sinks/http/sign";
import { confirm } from "@rainhooks/stage/commands/confirm";
import { formatted, print } from "@rainhooks/stage/commands/output";
import { reachStage, type StageSelection } from "@rainhooks/stage/commands/reach-stage";
import { formatTime } from "@rainhooks/stage/terminal/time";
import type { Destination } from "../../destinations/destination.ts";
import { settingsOf } from "../../destinations/destination-item.ts";
import { changeDestination } from "../../destinations/manage.ts";
import { readDestinationSecrets } from "../../destinations/read-secrets.ts";
import { readSettings } from "../../destinations/read-settings.ts";
import { withSecretSettings } from "../../destinations/settings-of-secrets.ts";
import { type Forwarding, forwardingOf, requireDestination } from "../../operations/forwarding-of.ts";
import { formatSecrets } from "../../secrets/parse.ts";
import { newSigningSecret, rotateSecret } from "../../secrets/rotate.ts";
import type { DestinationSecrets, SignatureKind } from "../../secrets/secrets.ts";
import { readSecret } from "./secret-source.ts";
import { requireKind } from "./signature-kind.ts";
import { requireUrl } from "./target.ts";

/** Options of `destinations rotate-secret`. */
export interface RotateOptions extends StageSelection {
  /** How long the old secret still counts, milliseconds. */
  readonly grace: number;
  readonly secretFrom?: string | undefined;
  /** How requests are signed from now on. @defaultValue as before */
  readonly signature?: SignatureKind | undefined;
  readonly yes?: boolean | undefined;
  readonly json?: boolean | undefined;
}

/** Gives a destination a new signing secret, and prints it. */
export async function rotateCommand(id: string, options: RotateOptions): Promise<void> {
  const forwarding = forwardingOf(await reachStage(options));
  const present = await requireDestination(forwarding, id);
  requireUrl(present);
  const { signature = present.publicKey === undefined ? "v1" : "v1a" } = options;
  const signing =
    options.secretFrom === undefined
      ? newSigningSecret(signature)
      : await readSecret("--secret-from", options.secretFrom);
  requireKind(signing, signature);
  const endsMs = await oldSecretEnd(forwarding, present);
  const question = `A secret of ${id} that was replaced counts until ${formatTime(endsMs)} (UTC). Another rotation ends it now. Rotate?`;
  if (endsMs > Date.now() && !options.yes && !(await confirm(question))) {
    await print("Nothing was changed.\n");
    return;
  }
  const nowMs = Date.now();
  const rotate = (secrets: DestinationSecrets) =>
    rotateSecret(secrets, nowMs, options.grace / SECOND_MS, signing);
  await changeDestination(
    forwarding,
    id,
    async ({ destination, secrets }) => {
      const rotated = rotate(await secrets());
      formatSecrets(rotated);
      const settings = readSettings(withSecretSettings(settingsOf(destination), rotated));
      return { settings, secrets: rotated };
    },
    nowMs,
  );
  const publicKey = publicKeyOf(signing);
  const untilMs = nowMs + options.grace;
  const value = {
    destination: id,
    ...(publicKey === undefined ? { signingSecret: signing } : { publicKey }),
    ...(options.grace > 0 ? { oldUntilMs: untilMs } : {}),
  };
  const text = () => rotatedText(id, signing, publicKey, options.grace > 0 ? untilMs : undefined);
  await print(formatted(options, { value, header: [], rows: [], text }));
}

/** Returns until when a secret counts that was replaced; 0 if there is none. */
async function oldSecretEnd(forwarding: Forwarding, destination: Destination): Promise<number> {
  const secrets = await readDestinationSecrets(forwarding, destination);
  return Math.max(0, ...secrets.signingSecrets.map(({ validUntilMs = 0 }) => validUntilMs));
}

function rotatedText(
  id: string,
  signing: string,
  publicKey: string | undefined,
  untilMs: number | undefined,
): string {
  const old =
    untilMs === undefined
      ? "The old one does not count any more."
      : `The old one counts until ${formatTime(untilMs)} (UTC): requests are signed with both.`;
  const what =
    publicKey === undefined
      ? `The new signing secret of ${id}. Keep it secret`
      : `The new public key of ${id}, which is no secret`;
  return `${what}:\n\n  ${publicKey ?? signing}\n\n${old}`;
}
