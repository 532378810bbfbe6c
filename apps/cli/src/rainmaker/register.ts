import { WEBHOOKS } from "@rainhooks/app-list";
import { wrongInput } from "@rainhooks/core/errors";
import type { RainmakerClient } from "@rainhooks/rainmaker/client";
import { registrationChanges, unregistrationChanges } from "@rainhooks/rainmaker/registration";
import { dataDirOf } from "@rainhooks/stage/commands/data-folder";
import { LOCAL_STAGE } from "@rainhooks/stage/commands/local-stage";
import { requireStageName } from "@rainhooks/stage/commands/reach-stage";
import { findRunningStage } from "@rainhooks/stage/stage-file";
import { integrationName } from "@rainhooks/webhook/names";
import { type CredentialsOption, loggedIn } from "./credentials.ts";
import { refuseSource } from "./refuse-source.ts";

/** Options of `register` and `unregister`. */
export interface RegisterOptions extends CredentialsOption {
  readonly stage: string;
  /** Data folder of the local stage. */
  readonly data?: string | undefined;
  /** Name of the stage's integration, if it is configured to be other than `rainhooks-<stage>`. */
  readonly integration?: string | undefined;
  readonly dryRun?: boolean | undefined;
}

/**
 * Registers a stage in RainMaker: its integration, and a System filter for each event that its
 * webhooks subscribe to. `unregister` removes it from every System filter, and deletes its
 * integration.
 */
export async function registerCommand(
  what: "register" | "unregister",
  options: RegisterOptions,
): Promise<void> {
  const { stage, integration, dryRun } = options;
  requireStageName(stage);
  const name = integration ?? integrationName(stage);
  const changesOf = what === "register" ? registrationChanges : unregistrationChanges;
  const events = WEBHOOKS.flatMap((webhook) => webhook.events);
  const changes = await changesOf(await clientFor(options), { name, events });
  if (changes.length === 0)
    console.log(
      `${name} is ${what === "register" ? "already" : "not"} registered: nothing to change.`,
    );
  for (const { what: change, apply } of changes) {
    if (!dryRun) await apply();
    console.log(`${dryRun ? "would " : ""}${change}`);
  }
}

/**
 * Returns a client that is logged in. For the local stage, the login must be to its own RainMaker.
 *
 * @throws {RainhooksError} `input-invalid` for a login to another RainMaker than that of the
 * running local stage, and for one with another source of events.
 */
async function clientFor(options: RegisterOptions): Promise<RainmakerClient> {
  if (options.stage !== LOCAL_STAGE) return loggedIn(options);
  const running = await findRunningStage(await dataDirOf(options));
  if (running !== undefined) refuseSource(running.outputs);
  const client = await loggedIn(options);
  const own = running?.rainmaker?.baseUrl;
  if (own === undefined || own === client.baseUrl) return client;
  throw wrongInput(
    `You are logged in to ${client.baseUrl}, but the local stage's RainMaker is at ${own}. Log in there with "rainhooks rainmaker login", or choose another stage with --stage.`,
  );
}
