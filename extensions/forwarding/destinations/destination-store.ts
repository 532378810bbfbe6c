import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { SecretStore } from "../secrets/secrets.ts";

/** The table of destinations, and the client to read and write it with. */
export interface DestinationStore {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}

/** The table of destinations, and the store of their secrets. */
export interface DestinationStores {
  readonly table: DestinationStore;
  readonly secrets: SecretStore;
}
