import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";

/** The alarms table of a stage. */
export interface AlarmTable {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}
