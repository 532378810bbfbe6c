import { RainhooksError } from "@rainhooks/core/errors";
import { parseSecrets } from "../secrets/parse.ts";
import type { DestinationSecrets } from "../secrets/secrets.ts";
import type { Destination } from "./destination.ts";
import { secretsIdOf } from "./destination-item.ts";
import type { DestinationStores } from "./destination-store.ts";

/**
 * Reads the secrets of a destination.
 *
 * @throws {RainhooksError} `secret-unavailable` if there are none.
 */
export async function readDestinationSecrets(
  { secrets }: Pick<DestinationStores, "secrets">,
  destination: Pick<Destination, "id" | "secretsId">,
): Promise<DestinationSecrets> {
  const text = await secrets.get(secretsIdOf(destination));
  if (text !== undefined) return parseSecrets(text);
  const message = `Destination ${destination.id} has no secrets. Remove it and add it again.`;
  throw new RainhooksError("secret-unavailable", message);
}
