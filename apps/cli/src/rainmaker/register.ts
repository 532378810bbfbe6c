import { WEBHOOKS } from "@rainhooks/app-webhooks";
import {
  type Registration,
  type RegistrationChange,
  registrationChanges,
  unregistrationChanges,
} from "@rainhooks/rainmaker";
import { integrationName } from "@rainhooks/webhook/define";
import { type CredentialsOption, loggedIn } from "./credentials.ts";

/** Which stage, and whether to only say what would be done. */
export interface RegisterOptions extends CredentialsOption {
  readonly stage: string;
  /** Name of the stage's integration, where its configuration sets another one than `rainhooks-<stage>`. */
  readonly integration?: string | undefined;
  readonly dryRun?: boolean | undefined;
}

function registrationOf({ stage, integration }: RegisterOptions): Registration {
  return {
    name: integration ?? integrationName(stage),
    events: WEBHOOKS.flatMap(({ events }) => events),
  };
}

/** Makes a stage known to RainMaker: its integration, and a System filter for each event that its webhooks subscribe. */
export async function registerCommand(options: RegisterOptions): Promise<void> {
  const registration = registrationOf(options);
  const changes = await registrationChanges(await loggedIn(options), registration);
  await applyAll(changes, options.dryRun, `${registration.name} is registered; nothing had to change.`);
}

/** Takes a stage out of every System filter, and deletes its integration. */
export async function unregisterCommand(options: RegisterOptions): Promise<void> {
  const registration = registrationOf(options);
  const changes = await unregistrationChanges(await loggedIn(options), registration);
  await applyAll(changes, options.dryRun, `${registration.name} was not registered; nothing had to change.`);
}

async function applyAll(
  changes: readonly RegistrationChange[],
  dryRun: boolean | undefined,
  nothing: string,
): Promise<void> {
  if (changes.length === 0) console.log(nothing);
  for (const { what, apply } of changes) {
    if (!dryRun) await apply();
    console.log(`${dryRun ? "would " : ""}${what}`);
  }
}
