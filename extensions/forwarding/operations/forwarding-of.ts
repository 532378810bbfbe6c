import { DAY_MS } from "@rainhooks/core/durations";
import { RainhooksError } from "@rainhooks/core/errors";
import type { TableAccess } from "@rainhooks/dynamodb/read-all";
import { functionOf } from "@rainhooks/stage/outputs";
import type { StageAccess } from "@rainhooks/stage/stage-access";
import { type AttemptSummary, listAttempts } from "../attempts/read-attempts.ts";
import type { DestinationStores } from "../destinations/destination-store.ts";
import { attemptsTable, destinationsTable } from "../forwarding-tables.ts";
import { secretStoreAt } from "../secrets/store-at.ts";
import { allowedAddresses } from "../worker/define.ts";

/** The worker that makes the attempts, by which a stage's outputs have its queue and settings. */
export const ATTEMPTS_WORKER = "attempts";

/** What forwards events on a stage. */
export interface Forwarding extends DestinationStores {
  /** The log of attempts. */
  readonly log: TableAccess;
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
export function forwardingOf({ outputs, clients, local }: StageAccess): Forwarding {
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

/** How long attempts are kept. */
const KEPT_MS = 30 * DAY_MS;

/** Returns the last attempt at a destination that was delivered, or that was not, of 30 days. */
export async function lastAttempt(
  { log }: Pick<Forwarding, "log">,
  id: string,
  state: "delivered" | "failed",
): Promise<AttemptSummary | undefined> {
  const toMs = Date.now() + 1;
  const query = { destinations: [id], state, fromMs: toMs - KEPT_MS, toMs, limit: 1 };
  return (await listAttempts(log, query)).attempts[0];
}
