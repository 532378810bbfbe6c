import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";

/** The table of destinations, and the client to read and write it with. */
export interface DestinationStore {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}
