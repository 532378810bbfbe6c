import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { TableDescription } from "@rainhooks/core";
import { createTable, LOCAL_CREDENTIALS, LOCAL_REGION, tablesServer } from "@rainhooks/stage";
import { listenOnLoopback } from "@rainhooks/testing";

/** Tables on this machine's disk. */
export interface BenchTables {
  readonly client: DynamoDBClient;
  stop(): Promise<void>;
}

/** Starts a DynamoDB with some tables, in this process. */
export async function startBenchTables(tables: readonly TableDescription[]): Promise<BenchTables> {
  const folder = await mkdtemp(join(tmpdir(), "bench-"));
  const server = tablesServer(folder);
  const endpoint = await listenOnLoopback(server);
  const client = new DynamoDBClient({ endpoint, region: LOCAL_REGION, credentials: LOCAL_CREDENTIALS });
  for (const table of tables) await createTable(client, table.name, table);
  return {
    client,
    stop: async () => {
      client.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await rm(folder, { recursive: true, maxRetries: 5, retryDelay: 50 });
    },
  };
}
