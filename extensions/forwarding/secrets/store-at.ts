import type { SSMClientConfig } from "@aws-sdk/client-ssm";
import { ssmSecretStore } from "./ssm-store.ts";
import type { SecretStore } from "./store.ts";

const FILE = "file:";

/**
 * Returns the store at a place, as a stage's functions and outputs name it: `file:` and a path on the local
 * stage, otherwise what the names of SSM parameters begin with.
 */
export function secretStoreAt(place: string, client: SSMClientConfig = {}): SecretStore {
  return place.startsWith(FILE)
    ? fileStoreOnUse(place.slice(FILE.length))
    : ssmSecretStore({ prefix: place, client });
}

/** Loads the store of the local stage when it is used: a function in AWS never does. */
function fileStoreOnUse(path: string): SecretStore {
  const store = async () => (await import("./file-store.ts")).fileSecretStore(path);
  return {
    get: async (id) => (await store()).get(id),
    put: async (id, text) => (await store()).put(id, text),
    remove: async (id) => (await store()).remove(id),
  };
}
