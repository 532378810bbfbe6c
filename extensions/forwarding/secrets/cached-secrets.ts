import { MINUTE_MS } from "@rainhooks/core/durations";
import { secretsIdOf } from "../destinations/destination-item.ts";
import type { WithSecrets } from "../destinations/file/merged-item.ts";
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
  readonly wholeUrl: string | undefined;
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
}: CachedSecretsOptions): (destination: WithSecrets) => Promise<DestinationSecrets> {
  const cache = new Map<string, Cached>();
  return (destination) => {
    const { id, wholeUrl } = destination;
    const secretsId = secretsIdOf(destination);
    const cached = cache.get(id);
    const isSame = cached?.secretsId === secretsId && cached.wholeUrl === wholeUrl;
    if (isSame && nowMs() - cached.atMs < maxAgeMs) return cached.secrets;
    const secrets = readDestinationSecrets({ secrets: store }, destination);
    const entry: Cached = { secretsId, wholeUrl, atMs: nowMs(), secrets };
    cache.set(id, entry);
    secrets.catch(() => {
      if (cache.get(id) === entry) cache.delete(id);
    });
    return secrets;
  };
}
