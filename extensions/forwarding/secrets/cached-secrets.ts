import { MINUTE_MS } from "@rainhooks/core/durations";
import type { Destination } from "../destinations/destination.ts";
import { secretsIdOf } from "../destinations/destination-item.ts";
import { readDestinationSecrets } from "../destinations/read-secrets.ts";
import type { DestinationSecrets } from "./secrets.ts";
import type { SecretStore } from "./store.ts";

/** Options of {@link cachedSecrets}. */
export interface CachedSecretsOptions {
  readonly store: SecretStore;
  /** Age at which secrets are read again. @defaultValue 5 minutes */
  readonly maxAgeMs?: number;
  readonly nowMs: () => number;
}

/** Secrets that were read, by their id. */
interface Cached {
  readonly secretsId: string;
  readonly atMs: number;
  readonly secrets: Promise<DestinationSecrets>;
}

/**
 * Makes a function that returns the secrets of a destination. They are read again after they have changed,
 * and when they are older than some minutes.
 *
 * @throws {RainhooksError} `secret-unavailable` from that function, if there are none or they cannot be read.
 */
export function cachedSecrets({
  store,
  maxAgeMs = 5 * MINUTE_MS,
  nowMs,
}: CachedSecretsOptions): (
  destination: Pick<Destination, "id" | "secretsId">,
) => Promise<DestinationSecrets> {
  const cache = new Map<string, Cached>();
  return (destination) => {
    const { id } = destination;
    const secretsId = secretsIdOf(destination);
    const cached = cache.get(id);
    if (cached?.secretsId === secretsId && nowMs() - cached.atMs < maxAgeMs) return cached.secrets;
    const secrets = readDestinationSecrets({ secrets: store }, destination);
    const entry: Cached = { secretsId, atMs: nowMs(), secrets };
    cache.set(id, entry);
    secrets.catch(() => {
      if (cache.get(id) === entry) cache.delete(id);
    });
    return secrets;
  };
}
