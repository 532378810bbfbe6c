import { cacheByKey } from "@rainhooks/core/cache";
import { MINUTE_MS } from "@rainhooks/core/durations";
import type { Destination } from "../destinations/destination.ts";
import { secretsIdOf } from "../destinations/destination-item.ts";
import { readDestinationSecrets } from "../destinations/read-secrets.ts";
import type { DestinationSecrets, SecretStore } from "./secrets.ts";

/** More than a stage has destinations. */
const MAX_KEPT = 1000;

/**
 * Makes a function that returns the secrets of a destination. They are read again after they have
 * changed, and when they are older than five minutes.
 *
 * @throws {RainhooksError} `secret-unavailable` from that function, if there are none or they
 * cannot be read.
 */
export function cachedSecrets(
  secrets: SecretStore,
  nowMs: () => number,
): (destination: Pick<Destination, "id" | "secretsId">) => Promise<DestinationSecrets> {
  const read = (secretsId: string) => {
    const [id = secretsId] = secretsId.split(".");
    return readDestinationSecrets({ secrets }, { id, secretsId });
  };
  const secretsOf = cacheByKey(read, { maxAgeMs: 5 * MINUTE_MS, maxKeys: MAX_KEPT, nowMs });
  return (destination) => secretsOf(secretsIdOf(destination));
}
