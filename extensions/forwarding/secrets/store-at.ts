import type { SSMClientConfig } from "@aws-sdk/client-ssm";
import type { SecretStore } from "./secrets.ts";

const FILE = "file:";

/**
 * Returns the store at a place, as a stage's functions and outputs name it: `file:` and a path on
 * the local stage, otherwise what the names of SSM parameters begin with. It is loaded with the
 * first call.
 */
export function secretStoreAt(place: string, client: SSMClientConfig = {}): SecretStore {
  const load = async () =>
    place.startsWith(FILE)
      ? (await import("./file-store.ts")).fileSecretStore(place.slice(FILE.length))
      : (await import("./ssm-store.ts")).ssmSecretStore(place, client);
  let loading: Promise<SecretStore> | undefined;
  const store = () => (loading ??= load());
  return {
    get: async (id) => (await store()).get(id),
    put: async (id, text) => (await store()).put(id, text),
    remove: async (id) => (await store()).remove(id),
  };
}
