import type { Destination } from "../destination.ts";
import type { DestinationStores } from "../destination-store.ts";
import { settingsOfSecrets } from "../manage.ts";
import { type SecretsOfFile, writeSecrets } from "./write-secrets.ts";

/**
 * Gives secrets to a destination of the stage's file. They are for the host that the file says, and for no other. From then on it gets
 * events, unless somebody has stopped it.
 *
 * @param sameSecrets Whether somebody says that those of another host are for this one, too.
 * @throws {RainhooksError} `input-invalid` for a URL that is not that of the file, and for secrets of another host, `write-conflict` if somebody else has given it secrets meanwhile.
 *
 * @example
 * ```ts
 * import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
 * import { giveSecrets, newSigningSecret, readDestination, secretStoreAt } from "@rainhooks/forwarding";
 *
 * const table = { client: new DynamoDBClient({}), tableName: "rainhooks-dev-destinations" };
 * const stores = { table, secrets: secretStoreAt("file:/tmp/secrets-of-file.json") };
 * const destination = await readDestination(table, "in-no-file");
 * const secrets = { signingSecrets: [{ secret: newSigningSecret() }], headers: {} };
 * const given = destination && (await giveSecrets(stores, destination, secrets, Date.now()));
 * console.log(given?.state); // undefined
 * ```
 */
export function giveSecrets(
  stores: DestinationStores,
  destination: Destination,
  given: SecretsOfFile,
  nowMs: number,
  sameSecrets = false,
): Promise<Destination> {
  const secrets = { secrets: given, settingsOf: settingsOfSecrets, sameSecrets };
  return writeSecrets(stores, destination, secrets, nowMs);
}
