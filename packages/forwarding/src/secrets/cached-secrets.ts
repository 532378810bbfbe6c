import { MINUTE_MS, RainhooksError } from "@rainhooks/core";
import type { Destination } from "../destinations/destination.ts";
import { parseSecrets } from "./parse.ts";
import type { DestinationSecrets } from "./secrets.ts";
import type { SecretStore } from "./store.ts";

/** Options of {@link cachedSecrets}. */
export interface CachedSecretsOptions {
  readonly store: SecretStore;
  /** Age at which secrets are read again. @defaultValue 5 minutes */
  readonly maxAgeMs?: number;
  readonly nowMs: () => number;
}

/** Secrets that were read, of one version of a destination. */
interface Cached {
  readonly version: number;
  readonly atMs: number;
  readonly secrets: Promise<DestinationSecrets>;
}

/**
 * Makes a function that returns the secrets of a destination. They are read again after each change of the destination, and when they are
 * older than some minutes.
 *
 * @throws {RainhooksError} `secret-unavailable` from that function, if there are none or they cannot be read.
 */
export function cachedSecrets({
  store,
  maxAgeMs = 5 * MINUTE_MS,
  nowMs,
}: CachedSecretsOptions): (destination: Pick<Destination, "id" | "version">) => Promise<DestinationSecrets> {
  const cache = new Map<string, Cached>();
  return ({ id, version }) => {
    const cached = cache.get(id);
    if (cached?.version === version && nowMs() - cached.atMs < maxAgeMs) return cached.secrets;
    const secrets = read(store, id);
    const entry: Cached = { version, atMs: nowMs(), secrets };
    cache.set(id, entry);
    secrets.catch(() => {
      if (cache.get(id) === entry) cache.delete(id);
    });
    return secrets;
  };
}

async function read(store: SecretStore, id: string): Promise<DestinationSecrets> {
  const text = await store.get(id);
  if (text !== undefined) return parseSecrets(text);
  throw new RainhooksError(
    "secret-unavailable",
    `Destination ${id} has no secrets. Set its URL again: rainhooks destinations set ${id} --url …`,
  );
}
