import { RainhooksError } from "@rainhooks/core/errors";
import { parseSecrets } from "../secrets/parse.ts";
import type { DestinationSecrets } from "../secrets/secrets.ts";
import { secretsIdOf } from "./destination-item.ts";
import type { DestinationStores } from "./destination-store.ts";
import { withoutSecrets } from "./errors.ts";
import { type WithSecrets, waitsForSecrets, withFileUrl } from "./file/merged-item.ts";

/**
 * Reads the secrets of a destination.
 *
 * @throws {RainhooksError} `secret-unavailable` if there are none.
 */
export async function readDestinationSecrets(
  { secrets }: Pick<DestinationStores, "secrets">,
  destination: WithSecrets,
): Promise<DestinationSecrets> {
  if (waitsForSecrets(destination)) throw withoutSecrets(destination);
  const text = await secrets.get(secretsIdOf(destination));
  if (text !== undefined) return withFileUrl(parseSecrets(text), destination);
  const message = `Destination ${destination.id} has no secrets. Remove it and add it again.`;
  throw new RainhooksError("secret-unavailable", message);
}
