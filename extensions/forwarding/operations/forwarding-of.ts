import { DAY_MS } from "@rainhooks/core/durations";
import { RainhooksError } from "@rainhooks/core/errors";
import { commaList } from "@rainhooks/core/fields";
import { functionOf } from "@rainhooks/stage/outputs";
import type { StageAccess } from "@rainhooks/stage/stage-access";
import type { AttemptState } from "../attempts/attempt-item.ts";
import { listAttempts } from "../attempts/read-attempts.ts";
import type { Destination } from "../destinations/destination.ts";
import { requireDestination } from "../destinations/store.ts";
import { attemptsTable, destinationsTable } from "../forwarding-tables.ts";
import { secretStoreAt } from "../secrets/store-at.ts";
import { allowedAddresses } from "../worker/define.ts";

/** The worker that makes the attempts, by which a stage's outputs have its queue and settings. */
export const ATTEMPTS_WORKER = "attempts";

/** What forwards events on a stage. */
export type Forwarding = ReturnType<typeof forwardingOf>;

/**
 * Returns what forwards events on a stage.
 *
 * @throws {RainhooksError} `not-found` if nothing does.
 */
export function forwardingOf({ outputs, clients, local }: StageAccess) {
  const { stage, region, tables, parameters } = outputs;
  const destinations = tables[destinationsTable.name];
  const attempts = tables[attemptsTable.name];
  const secrets = parameters[destinationsTable.name];
  const worker = functionOf(outputs, ATTEMPTS_WORKER, "queue");
  if (
    destinations === undefined ||
    attempts === undefined ||
    secrets === undefined ||
    worker === undefined
  ) {
    throw new RainhooksError(
      "not-found",
      `Stage ${stage} does not forward events: its webhook forward is not deployed, or the stage has an older version.`,
    );
  }
  const { dynamodb: client } = clients;
  return {
    table: { client, tableName: destinations },
    secrets: secretStoreAt(secrets, local === undefined ? { region } : {}),
    /** The log of attempts. */
    log: { client, tableName: attempts },
    /** Queue of the worker that makes attempts. */
    queueUrl: worker.queueUrl,
    /** Which addresses may be called that are not public. */
    allowPrivate: allowedAddresses(commaList(worker.settings?.["allowPrivate"]?.value ?? "")),
  };
}

/**
 * Reads a destination that gets events.
 *
 * @throws {RainhooksError} `not-found` if there is none, `event-refused` if it gets none.
 */
export async function requireActive(
  { table }: Pick<Forwarding, "table">,
  id: string,
): Promise<Destination> {
  const destination = await requireDestination(table, id);
  if (destination.state === "active") return destination;
  throw new RainhooksError(
    "event-refused",
    `Destination ${id} is ${destination.state}, so it gets no events.`,
    {
      hint: { to: "Resume it first", command: `destinations resume ${id}` },
    },
  );
}

/** How long attempts are kept. */
const KEPT_MS = 30 * DAY_MS;

/** Returns the last attempt at a destination that was delivered, or that was not, of 30 days. */
export async function lastAttempt(
  { log }: Pick<Forwarding, "log">,
  id: string,
  state: AttemptState,
) {
  const toMs = Date.now() + 1;
  const query = { destinations: [id], state, fromMs: toMs - KEPT_MS, toMs, limit: 1 };
  return (await listAttempts(log, query)).attempts[0];
}
