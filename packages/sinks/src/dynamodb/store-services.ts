import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";

/** What the function of a store has, for what extensions do in it. */
export interface StoreServices {
  readonly client: DynamoDBClient;
  /** Deployed names of the function's resources, by the names in its definition. */
  readonly resources: Readonly<Record<string, string>>;
  readonly nowMs: () => number;
}
