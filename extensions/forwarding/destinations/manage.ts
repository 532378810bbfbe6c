import { isDeepStrictEqual } from "node:util";
import { inputError, RainhooksError } from "@rainhooks/core/errors";
import { checkHosts } from "../secrets/check-hosts.ts";
import { formatSecrets } from "../secrets/parse.ts";
import type { DestinationSecrets } from "../secrets/secrets.ts";
import { readUrlTemplate } from "../send/url-template.ts";
import { checkCondition } from "./content-filter.ts";
import type { Destination, DestinationSettings } from "./destination.ts";
import {
  destinationOf,
  newSecretsId,
  secretsIdOf,
  settingsOf,
  stateOf,
} from "./destination-item.ts";
import type { DestinationStores } from "./destination-store.ts";
import { readDestinationSecrets } from "./read-secrets.ts";
import {
  noDestination,
  putDestination,
  readDestination,
  removeDestination,
  requireDestination,
} from "./store.ts";

/** What people decide about a destination. */
export interface DestinationInput {
  readonly settings: DestinationSettings;
  /** A target of the stage has none. */
  readonly secrets?: DestinationSecrets;
}

/**
 * Checks what {@link readSettings} does not see: the condition, and a URL with values of one event.
 *
 * @param secretsOf Returns its secrets; only called for a destination with batches.
 * @throws {RainhooksError} `input-invalid`.
 */
export async function checkDestination(
  settings: DestinationSettings,
  secretsOf: () => Promise<Pick<DestinationSecrets, "url"> | undefined>,
): Promise<void> {
  await checkCondition(settings);
  if (settings.batchEvents === undefined) return;
  const { url = "" } = (await secretsOf()) ?? {};
  // The events of a request are of one node only if they come in order.
  const known = ["id", "count", ...(settings.inOrder ? ["nodeId"] : [])];
  const paths = readUrlTemplate(url).flatMap((piece) =>
    typeof piece === "string" ? [] : [piece.join(".")],
  );
  if (paths.every((path) => known.includes(path))) return;
  const names = known.map((name) => `{{${name}}}`).join(" and ");
  throw inputError({
    field: "url",
    problem: `has values of one event, but a batch has several. With batches, a URL can only have ${names}.`,
  });
}

/**
 * Adds a destination. Its secrets are written first, under an id of their own, to which its row
 * then refers: a function that reads the row finds them, and of two additions at once neither
 * overwrites what is the other's.
 *
 * @throws {RainhooksError} `write-conflict` if there is a destination with the id, `input-invalid`
 * for invalid secrets.
 */
export async function addDestination(
  stores: DestinationStores,
  { settings, secrets }: DestinationInput,
  nowMs: number,
): Promise<Destination> {
  await checkDestination(settings, async () => secrets);
  const added = destinationOf(settings, { nowMs });
  // One that exists is refused before anything is written.
  const present = await readDestination(stores.table, settings.id);
  if (present !== undefined || secrets === undefined) return putDestination(stores.table, added);
  const secretsId = newSecretsId(settings.id);
  await stores.secrets.put(secretsId, formatSecrets(secrets));
  return putRow(stores, { ...added, secretsId }, undefined);
}

/** A destination that is to be changed. */
export interface CurrentDestination {
  readonly destination: Destination;
  /** Reads its secrets. */
  readonly secrets: () => Promise<DestinationSecrets>;
}

/** What is to be changed of a destination. */
export interface DestinationChange {
  readonly settings?: DestinationSettings;
  readonly secrets?: DestinationSecrets;
  /**
   * Whether the caller confirms that unchanged secrets may be sent to the new host. @defaultValue
   * false
   */
  readonly sameSecrets?: boolean | undefined;
}

/**
 * Changes settings or secrets of a destination, or both; its state stays as it is. Functions see
 * either all of the change or nothing.
 *
 * @param change Decides what changes. It is called once.
 * @throws {RainhooksError} `not-found` if there is no such destination, `input-invalid` for secrets
 * that would go to another host than they were given for, `write-conflict` if somebody else has
 * changed it meanwhile: then nothing of this change remains.
 */
export async function changeDestination(
  stores: DestinationStores,
  id: string,
  change: (current: CurrentDestination) => DestinationChange | Promise<DestinationChange>,
  nowMs: number,
): Promise<Destination> {
  const replaces = await requireDestination(stores.table, id);
  let read: Promise<DestinationSecrets> | undefined;
  const secretsOf = () => (read ??= readDestinationSecrets(stores, replaces));
  const changes = await change({ destination: replaces, secrets: secretsOf });
  const { settings = settingsOf(replaces), secrets, sameSecrets = false } = changes;
  await checkDestination(settings, async () => secrets ?? secretsOf());
  const before = secretsIdOf(replaces);
  if (secrets !== undefined && !sameSecrets) await checkHosts(stores.secrets, before, secrets);
  const secretsId = secrets === undefined ? before : newSecretsId(id);
  if (secrets !== undefined) await stores.secrets.put(secretsId, formatSecrets(secrets));
  const changed = { ...destinationOf(settings, { nowMs, replaces }), secretsId };
  const written = await putRow(stores, changed, replaces);
  if (secretsId !== before) await stores.secrets.remove(before);
  return written;
}

/** Maximum number of times that a row is written again because its state has changed meanwhile. */
const MAX_STATE_CHANGES = 10;

type Row = Destination & { readonly secretsId: string };

/** Writes a row. If that fails because others were faster, its secrets are removed. */
async function putRow(
  stores: DestinationStores,
  row: Row,
  replaces: Destination | undefined,
): Promise<Destination> {
  let next = row;
  for (let writes = 1; ; writes += 1) {
    const conflict = await putDestination(stores.table, next).catch(onlyConflict);
    if (!(conflict instanceof RainhooksError)) return conflict;
    const found = await readDestination(stores.table, row.id);
    // The call was repeated because its response was lost, or somebody else has made the same
    // change.
    if (found !== undefined && sameDecisions(found, row)) return found;
    if (found === undefined || !sameDecisions(found, replaces) || writes > MAX_STATE_CHANGES) {
      if (row.secretsId !== (replaces && secretsIdOf(replaces)))
        await stores.secrets.remove(row.secretsId);
      throw conflict;
    }
    next = { ...row, ...stateOf(found) };
  }
}

function onlyConflict(error: unknown): RainhooksError {
  if (error instanceof RainhooksError && error.code === "write-conflict") return error;
  throw error;
}

/** Whether two rows have the same settings and secrets, whatever their states. */
function sameDecisions(a: Destination, b: Destination | undefined): boolean {
  if (b === undefined) return false;
  return secretsIdOf(a) === secretsIdOf(b) && isDeepStrictEqual(settingsOf(a), settingsOf(b));
}

/**
 * Removes a destination and its secrets.
 *
 * @throws {RainhooksError} `not-found` if there is none with the id.
 */
export async function deleteDestination(
  { table, secrets }: DestinationStores,
  id: string,
): Promise<void> {
  const secretsId = await removeDestination(table, id);
  if (secretsId === undefined) throw noDestination(id);
  await secrets.remove(secretsId);
}
