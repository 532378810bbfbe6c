import { notFound } from "@rainhooks/core/errors";
import { type AwsClients, awsClients, localClients } from "./clients.ts";
import { functionsOf, type QueuedOutputs, type StageOutputs } from "./outputs.ts";
import { requireRunningStage, type StageFile } from "./stage-file.ts";

/** A stage: its deployed names, and the AWS clients for it. */
export interface StageAccess {
  readonly outputs: StageOutputs;
  readonly clients: AwsClients;
  /** Only for a stage that runs on this machine. */
  readonly local: { readonly dataDir: string; readonly file: StageFile } | undefined;
  /**
   * The profile of the AWS configuration with which a deployed stage is reached; absent for the
   * SDK's credentials.
   */
  readonly profile?: string | undefined;
}

/** A stage that runs on this machine. */
export type LocalStage = StageAccess & { readonly local: NonNullable<StageAccess["local"]> };

/**
 * Reaches the stage that runs on a data folder of this machine.
 *
 * @throws {RainhooksError} `stage-unavailable` when none runs there.
 */
export async function reachRunningStage(dataDir: string): Promise<LocalStage> {
  const file = await requireRunningStage(dataDir);
  return { outputs: file.outputs, clients: localClients(file.endpoint), local: { dataDir, file } };
}

/**
 * Returns the deployed name of a table.
 *
 * @throws {RainhooksError} `not-found` when the stage has no such table.
 */
export function tableOf({ outputs }: StageAccess, name: string): string {
  const found = outputs.tables[name];
  if (found !== undefined) return found;
  throw notFound(
    `Stage ${outputs.stage} has no table ${name}. The part or the function that has it is not deployed; or deploy the stage again with this version.`,
  );
}

/**
 * Returns the location of a stage's archive.
 *
 * @throws {RainhooksError} `not-found` when the stage has no archive.
 */
export function archiveOf({ outputs }: StageAccess): NonNullable<StageOutputs["archive"]> {
  if (outputs.archive !== undefined) return outputs.archive;
  throw notFound(`Stage ${outputs.stage} has no archive.`);
}

/** Returns the name of a queue from its URL. */
export function queueNameOf(queueUrl: string): string {
  return queueUrl.slice(queueUrl.lastIndexOf("/") + 1);
}

/** Returns the functions of a stage that read their own queues: webhooks and workers. */
export function allQueued({ outputs }: StageAccess): [name: string, QueuedOutputs][] {
  return functionsOf(outputs, "topics", "queue");
}

/**
 * Returns the deployed names of a webhook or a worker.
 *
 * @throws {RainhooksError} `not-found` when the stage has neither of this name.
 */
export function queuedOf(access: StageAccess, name: string): QueuedOutputs {
  const all = new Map(allQueued(access));
  const found = all.get(name);
  if (found !== undefined) return found;
  const { stage } = access.outputs;
  const kinds = functionsOf(access.outputs, "queue").length === 0 ? "webhook" : "webhook or worker";
  throw notFound(`Stage ${stage} has no ${kinds} ${name}. It has: ${[...all.keys()].join(", ")}.`);
}

/** Where a stage is. */
export type StageAddress = Pick<StageAccess, "outputs" | "local" | "profile">;

/** Creates the clients of a stage. */
export function clientsOf({ outputs: { region }, local, profile }: StageAddress): AwsClients {
  return local === undefined ? awsClients({ region, profile }) : localClients(local.file.endpoint);
}
