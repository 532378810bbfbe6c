import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { LOCAL_CREDENTIALS, LOCAL_REGION } from "@rainhooks/core";
import type { TableDescription } from "@rainhooks/dynamodb";
import { listenOnLoopback } from "@rainhooks/testing/for-authors";
import { createTable } from "./create-table.ts";
import { inProcess } from "./in-process.ts";
import { tablesServer } from "./tables-server.ts";

/** A DynamoDB for one test. */
export interface TestTables {
  readonly client: DynamoDBClient;
  /** Creates a client of its own, for a test that changes it. */
  newClient(): DynamoDBClient;
  create(table: TableDescription): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a DynamoDB for a test, in memory or in a folder. Tables have the names of their descriptions. */
export async function startTables(path?: string): Promise<TestTables> {
  const server = tablesServer(path);
  const endpoint = await listenOnLoopback(server);
  const { options, settled } = inProcess(server);
  const place = { url: new URL(endpoint) };
  const newClient = () =>
    new DynamoDBClient({
      endpoint,
      region: LOCAL_REGION,
      credentials: LOCAL_CREDENTIALS,
      ...options,
      // Both once, and not for each call: a fifth of its processor time.
      cacheMiddleware: true,
      endpointProvider: () => place,
    });
  const client = newClient();
  return {
    client,
    newClient,
    create: (table) => createTable(client, table.name, table),
    stop: async () => {
      client.destroy();
      await settled();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}
