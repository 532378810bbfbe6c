import { DeleteItemCommand, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { RainhooksError } from "@rainhooks/core/errors";
import { isConditionTrue } from "@rainhooks/dynamodb/condition";
import { tableCall } from "@rainhooks/dynamodb/errors";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { scanAll } from "@rainhooks/dynamodb/read-all";
import { type DestinationHealth, decodeHealth, healthIdOf, healthKey } from "../health/health.ts";
import {
  decodePause,
  type Pause,
  type PauseKey,
  pauseItemKey,
  pauseKeyOf,
  withCurrentPauses,
} from "../pauses/pause.ts";
import type { Destination } from "./destination.ts";
import { decodeDestination, destinationItem, secretsIdOf } from "./destination-item.ts";
import type { DestinationStore } from "./destination-store.ts";

/** Maximum number of destinations of a stage. */
export const MAX_DESTINATIONS = 500;

/** All destinations, and how they have been responding. */
export type AllDestinations = Awaited<ReturnType<typeof readAll>>;

/**
 * Reads all destinations. Half a read unit for each 4 KB; a destination has 0.5 to 2 KB, with a
 * long template or list of nodes more.
 */
export async function readAll(store: DestinationStore) {
  const items = await tableCall(store.tableName, () => scanAll(store));
  const rows: Attributes[] = [];
  const health = new Map<string, DestinationHealth>();
  const pauses: Pause[] = [];
  for (const item of items) {
    const healthId = healthIdOf(item);
    const pauseKey = pauseKeyOf(item);
    if (healthId !== undefined) health.set(healthId, decodeHealth(item));
    else if (pauseKey !== undefined) pauses.push(decodePause(pauseKey, item));
    else rows.push(item);
  }
  const destinations = rows.map(decodeDestination);
  return {
    destinations: destinations.sort((a, b) => (a.id < b.id ? -1 : 1)),
    /** By id; a destination that nothing is known of is missing. */
    health,
    /** Those after which something may still have to be sent, in the order in which they began. */
    pauses: withCurrentPauses(pauses, destinations).sort((a, b) =>
      a.pauseId < b.pauseId ? -1 : 1,
    ),
  };
}

/** Reads a destination; `undefined` if there is none with the id. */
export async function readDestination(
  store: DestinationStore,
  id: string,
): Promise<Destination | undefined> {
  const item = await readItem(store, { id: { S: id } });
  return item === undefined ? undefined : decodeDestination(item);
}

/** The error for an id that no destination has. */
export function noDestination(id: string): RainhooksError {
  return new RainhooksError("not-found", `There is no destination ${id}.`);
}

/** @throws {RainhooksError} `not-found` if there is no such destination. */
export async function requireDestination(
  store: DestinationStore,
  id: string,
): Promise<Destination> {
  const found = await readDestination(store, id);
  if (found !== undefined) return found;
  throw noDestination(id);
}

/** Reads an item of the table; `undefined` if there is none. */
async function readItem(
  { client, tableName: TableName }: DestinationStore,
  Key: Attributes,
): Promise<Attributes | undefined> {
  const command = new GetItemCommand({ TableName, Key, ConsistentRead: true });
  return (await tableCall(TableName, () => client.send(command))).Item;
}

/** Reads a pause; `undefined` if there is none, or what was missed in it has been sent. */
export async function readPause(
  store: DestinationStore,
  key: PauseKey,
): Promise<Pause | undefined> {
  const item = await readItem(store, pauseItemKey(key));
  return item === undefined ? undefined : decodePause(key, item);
}

/** Reads the pauses of a destination, in the order in which they began. */
export async function readPauses(store: DestinationStore, destination: string): Promise<Pause[]> {
  const { pauses } = await readAll(store);
  return pauses.filter((pause) => pause.destination === destination);
}

/**
 * Writes a destination: a new one if its version is 0, otherwise a change of the one that was read
 * with this version.
 *
 * @returns The destination with its new version.
 * @throws {RainhooksError} `write-conflict` if it has been changed or removed since, or exists
 * already; `input-invalid` for more than {@link MAX_DESTINATIONS}.
 */
export async function putDestination(
  store: DestinationStore,
  destination: Destination,
): Promise<Destination> {
  const { id, version } = destination;
  if (version === 0) await checkCount(store);
  const next = { ...destination, version: version + 1 };
  const { client, tableName: TableName } = store;
  const isNew = version === 0;
  const command = new PutItemCommand({
    TableName,
    Item: destinationItem(next),
    ConditionExpression: isNew ? "attribute_not_exists(id)" : "#version = :version",
    ...(!isNew && {
      ExpressionAttributeNames: { "#version": "version" },
      ExpressionAttributeValues: { ":version": { N: String(version) } },
    }),
  });
  const written = await tableCall(TableName, () => isConditionTrue(client.send(command)));
  if (written) return next;
  const message = isNew
    ? `There is a destination ${id} already. Choose another id, or change that one.`
    : `Destination ${id} has been changed or removed in the meantime. Read it again, then repeat the change.`;
  throw new RainhooksError("write-conflict", message);
}

async function checkCount(store: DestinationStore): Promise<void> {
  const { destinations } = await readAll(store);
  if (destinations.length >= MAX_DESTINATIONS)
    throw new RainhooksError(
      "input-invalid",
      `There are ${MAX_DESTINATIONS} destinations, which is the maximum. Remove one first.`,
    );
}

/**
 * Removes a destination with its pauses; nothing happens if there is none with the id.
 *
 * @returns The id of its secrets; `undefined` if there was no destination.
 */
export async function removeDestination(
  store: DestinationStore,
  id: string,
): Promise<string | undefined> {
  const { client, tableName: TableName } = store;
  const remove = (Key: Attributes) =>
    tableCall(TableName, () =>
      client.send(new DeleteItemCommand({ TableName, Key, ReturnValues: "ALL_OLD" })),
    );
  const { Attributes: removed } = await remove({ id: { S: id } });
  await remove(healthKey(id));
  for (const pause of await readPauses(store, id)) await remove(pauseItemKey(pause));
  return removed && secretsIdOf(decodeDestination(removed));
}
