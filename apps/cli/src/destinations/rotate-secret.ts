import { SECOND_MS } from "@rainhooks/core";
import {
  changeDestination,
  type DestinationSecrets,
  newSigningSecret,
  readDestinationSecrets,
  rotateSecret,
} from "@rainhooks/forwarding";
import { type Forwarding, forwardingOf, requireDestination } from "@rainhooks/operate";
import { formatTime } from "@rainhooks/terminal";
import { confirm } from "../confirm.ts";
import { formatted, print } from "../output.ts";
import { reachStage, type StageSelection } from "../reach/reach-stage.ts";
import { readSecret } from "./secret-source.ts";
import { requireUrl } from "./target.ts";

/** Options of `destinations rotate-secret`. */
export interface RotateOptions extends StageSelection {
  /** How long the old secret still counts, milliseconds. */
  readonly grace: number;
  readonly secretFrom?: string | undefined;
  readonly yes?: boolean | undefined;
  readonly json?: boolean | undefined;
}

/** Gives a destination a new signing secret, and prints it. */
export async function rotateCommand(id: string, options: RotateOptions): Promise<void> {
  const signing =
    options.secretFrom === undefined
      ? newSigningSecret()
      : await readSecret("--secret-from", options.secretFrom);
  const forwarding = forwardingOf(await reachStage(options));
  const endsMs = await oldSecretEnd(forwarding, id);
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
    async ({ secrets }) => ({ secrets: rotate(await secrets()) }),
    nowMs,
  );
  const untilMs = nowMs + options.grace;
  const value = {
    destination: id,
    signingSecret: signing,
    ...(options.grace > 0 ? { oldUntilMs: untilMs } : {}),
  };
  const text = () => rotatedText(id, signing, options.grace > 0 ? untilMs : undefined);
  await print(formatted(options, { value, header: [], rows: [], text }));
}

/** Returns until when a secret counts that was replaced; 0 if there is none. */
async function oldSecretEnd(forwarding: Forwarding, id: string): Promise<number> {
  const destination = await requireDestination(forwarding, id);
  requireUrl(destination);
  const secrets = await readDestinationSecrets(forwarding, destination);
  return Math.max(0, ...secrets.signingSecrets.map(({ validUntilMs = 0 }) => validUntilMs));
}

function rotatedText(id: string, signing: string, untilMs: number | undefined): string {
  const old =
    untilMs === undefined
      ? "The old secret does not count any more."
      : `The old secret counts until ${formatTime(untilMs)} (UTC): requests are signed with both.`;
  return `The new signing secret of ${id}. Keep it secret:\n\n  ${signing}\n\n${old}`;
}
