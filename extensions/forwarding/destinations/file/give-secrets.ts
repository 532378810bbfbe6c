import { marshall } from "@aws-sdk/util-dynamodb";
import { inputError, RainhooksError } from "@rainhooks/core/errors";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { noteActive } from "../../pauses/change.ts";
import { checkHosts } from "../../secrets/check-hosts.ts";
import { formatSecrets, parseSecrets } from "../../secrets/parse.ts";
import type { DestinationSecrets } from "../../secrets/secrets.ts";
import type { Destination } from "../destination.ts";
import { newSecretsId } from "../destination-item.ts";
import type { DestinationStores } from "../destination-store.ts";
import { noDestination } from "../errors.ts";
import { settingsOfSecrets } from "../settings-of-secrets.ts";
import { readDestination, readItem } from "../store.ts";
import { updateIf } from "../update-if.ts";
import { hasPath, originOf, stateKey } from "./merged-item.ts";

/** Secrets without the URL, which the stage's file may have. */
export type SecretsOfFile = Omit<DestinationSecrets, "url"> & { readonly url?: string | undefined };

/**
 * Returns the secrets that a destination of the stage's file has, also while they are those of another host.
 *
 * @returns `undefined` if it has none. Without a URL, if the one that they have is for another host, or the
 * file has a whole one.
 */
export async function readSecretsOfFile(
  { table, secrets }: DestinationStores,
  { id, url: host, wholeUrl = host }: Destination,
): Promise<SecretsOfFile | undefined> {
  const secretsId = idIn(await readItem(table, stateKey(id)));
  const text = secretsId === undefined ? undefined : await secrets.get(secretsId);
  if (text === undefined) return undefined;
  const { url, ...rest } = parseSecrets(text);
  return hasPath(wholeUrl) || originOf(url) !== host ? rest : { ...rest, url };
}

/**
 * Gives secrets to a destination of the stage's file. They are for the host that the file says, and for no
 * other. From then on it gets events, unless somebody has stopped it.
 *
 * @param sameSecrets Whether somebody says that those of another host are for this one, too.
 * @throws {RainhooksError} `input-invalid` for a URL that is not that of the file, and for secrets of another
 * host, `write-conflict` if somebody else has given it secrets meanwhile.
 */
export async function giveSecrets(
  stores: DestinationStores,
  destination: Destination,
  given: SecretsOfFile,
  nowMs: number,
  sameSecrets = false,
): Promise<Destination> {
  const { table } = stores;
  const { id, url: host, pauseId } = destination;
  const secrets = { ...given, url: urlFor(destination, given.url) };
  const before = idIn(await readItem(table, stateKey(id)));
  if (!sameSecrets) await checkHosts(stores.secrets, before, secrets);
  const secretsId = newSecretsId(id);
  await stores.secrets.put(secretsId, formatSecrets(secrets));
  const written = await updateIf(table, stateKey(id), {
    UpdateExpression:
      "SET secretsId = :id, secretsFor = :host, fromSecrets = :from, updatedAtMs = :now ADD #version :one",
    ConditionExpression: before === undefined ? "attribute_not_exists(secretsId)" : "secretsId = :before",
    ExpressionAttributeNames: { "#version": "version" },
    ExpressionAttributeValues: {
      ...marshall({
        ":id": secretsId,
        ":host": host,
        ":from": settingsOfSecrets(secrets),
        ":now": nowMs,
        ":one": 1,
      }),
      ...(before === undefined ? {} : { ":before": { S: before } }),
    },
  });
  // The call may have been repeated because its response was lost.
  const isOurs = written || idIn(await readItem(table, stateKey(id))) === secretsId;
  const unused = isOurs ? before : secretsId;
  if (unused !== undefined) await stores.secrets.remove(unused);
  if (!isOurs) throw conflict(id);
  const after = await readDestination(table, id);
  if (after === undefined) throw noDestination(id);
  if (after.state === "active" && pauseId !== undefined)
    await noteActive(table, { destination: id, pauseId }, nowMs);
  return after;
}

function idIn(state: Attributes | undefined): string | undefined {
  return state?.["secretsId"]?.S;
}

/**
 * Returns the URL that is called. If the file has all of it, nobody else decides about it; otherwise it may
 * be completed, for the same host.
 *
 * @throws {RainhooksError} `input-invalid` for a URL that is not that of the file.
 */
function urlFor({ url: host, wholeUrl = host }: Destination, given = wholeUrl): string {
  if (given === wholeUrl) return given;
  if (hasPath(wholeUrl))
    throw inputError({
      field: "url",
      problem: "The stage's file has the whole URL. Change it there, or leave only scheme and host there.",
    });
  if (originOf(given) !== host)
    throw inputError({ field: "url", problem: `must begin with ${host}, as in the stage's file.` });
  return given;
}

function conflict(id: string): RainhooksError {
  return new RainhooksError(
    "write-conflict",
    `Destination ${id} has been given other secrets in the meantime. Repeat the change.`,
  );
}
