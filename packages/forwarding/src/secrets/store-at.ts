import type { SSMClientConfig } from "@aws-sdk/client-ssm";
import { fileSecretStore } from "./file-store.ts";
import { ssmSecretStore } from "./ssm-store.ts";
import type { SecretStore } from "./store.ts";

const FILE = "file:";

/**
 * Returns the store at a place, as a stage's functions and outputs name it: `file:` and a path on the local stage, otherwise what the names of
 * SSM parameters begin with.
 *
 * @example
 * ```ts
 * import { secretStoreAt } from "@rainhooks/forwarding";
 *
 * const store = secretStoreAt("file:/tmp/no-secrets-yet.json");
 * console.log(await store.get("crm")); // undefined
 * ```
 */
export function secretStoreAt(place: string, client: SSMClientConfig = {}): SecretStore {
  return place.startsWith(FILE)
    ? fileSecretStore(place.slice(FILE.length))
    : ssmSecretStore({ prefix: place, client });
}
