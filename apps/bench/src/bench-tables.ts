import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TableDescription } from "@rainhooks/dynamodb";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb";

/** Starts the embedded DynamoDB with the given tables in this process. Its data is in a temporary folder, which `stop` deletes. */
export async function startBenchTables(descriptions: readonly TableDescription[]): Promise<TestTables> {
  const folder = await mkdtemp(join(tmpdir(), "bench-"));
  const tables = await startTables(folder);
  for (const description of descriptions) await tables.create(description);
  return {
    ...tables,
    stop: async () => {
      await tables.stop();
      await rm(folder, { recursive: true, maxRetries: 5, retryDelay: 50 });
    },
  };
}
