import { RainhooksError } from "@rainhooks/core";
import {
  type AttemptReader,
  allowedAddresses,
  type Destination,
  type DestinationStores,
  readDestination,
  secretStoreAt,
} from "@rainhooks/forwarding";
import { attemptsTable, destinationsTable } from "@rainhooks/forwarding/table";
import { functionOf, type ReachedStage } from "@rainhooks/stage";

/** The worker that makes the attempts, by which a stage's outputs have its queue and settings. */
export const ATTEMPTS_WORKER = "attempts";

/** What forwards events on a stage. */
export interface Forwarding extends DestinationStores {
  /** The log of attempts. */
  readonly log: AttemptReader;
  /** Queue of the worker that makes attempts. */
  readonly queueUrl: string;
  /** Which addresses may be called that are not public. */
  readonly allowPrivate: boolean | readonly string[];
}

/**
 * Returns what forwards events on a stage.
 *
 * @throws {RainhooksError} `not-found` if nothing does.
 */
export function forwardingOf({ outputs, clients, local }: ReachedStage): Forwarding {
  const { stage, region, tables, parameters } = outputs;
  const destinations = tables[destinationsTable.name];
  const attempts = tables[attemptsTable.name];
  const secrets = parameters[destinationsTable.name];
  const worker = functionOf(outputs, ATTEMPTS_WORKER, "queue");
  if (destinations === undefined || attempts === undefined || secrets === undefined || worker === undefined) {
    throw new RainhooksError(
      "not-found",
      `Stage ${stage} does not forward events: its webhook forward is not deployed, or the stage has an older version.`,
    );
  }
  const { dynamodb: client } = clients;
  return {
    table: { client, tableName: destinations },
    secrets: secretStoreAt(secrets, local === undefined ? { region } : {}),
    log: { client, tableName: attempts },
    queueUrl: worker.queueUrl,
    allowPrivate: allowedOf(worker.settings?.["allowPrivate"]?.value),
  };
}

/** Reads the setting of the worker as outputs have it: subnets, separated by commas. */
function allowedOf(text = ""): boolean | readonly string[] {
  return allowedAddresses(text.split(",").filter((subnet) => subnet !== ""));
}

/** @throws {RainhooksError} `not-found` if there is no such destination. */
export async function requireDestination(
  { table }: Pick<Forwarding, "table">,
  id: string,
): Promise<Destination> {
  const found = await readDestination(table, id);
  if (found !== undefined) return found;
  throw new RainhooksError("not-found", `There is no destination ${id}.`);
}
