import type { TableAccess } from "@rainhooks/dynamodb/read-all";
import type { SecretStore } from "../secrets/secrets.ts";

/** The table of destinations, and the client to read and write it with. */
export type DestinationStore = TableAccess;

/** The table of destinations, and the store of their secrets. */
export interface DestinationStores {
  readonly table: DestinationStore;
  readonly secrets: SecretStore;
}
