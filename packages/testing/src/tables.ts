import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import dynalite from "dynalite";
import { listenOnLoopback } from "./listen.ts";

interface SampleKey {
  readonly name: string;
  readonly type: "S" | "N";
}

interface SampleIndex {
  readonly name: string;
  readonly partitionKey: SampleKey;
  readonly sortKey?: SampleKey;
}

/** What a table is, as far as making one goes. */
interface SampleTable extends SampleIndex {
  readonly indexes?: readonly SampleIndex[];
}

/** A DynamoDB that forgets everything. */
export interface TestTables {
  readonly client: DynamoDBClient;
  create(table: SampleTable): Promise<void>;
  stop(): Promise<void>;
}

/** Starts an in-memory DynamoDB. Tables bear the plain names of their descriptions. */
export async function startTables(): Promise<TestTables> {
  const server = dynalite({ createTableMs: 0 });
  const endpoint = await listenOnLoopback(server);
  const client = new DynamoDBClient({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  return {
    client,
    create: (table) => createTable(client, table),
    stop: async () => {
      client.destroy();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

async function createTable(client: DynamoDBClient, table: SampleTable): Promise<void> {
  const keyed: SampleIndex[] = [table, ...(table.indexes ?? [])];
  const keys = keyed.flatMap(({ partitionKey, sortKey }) =>
    sortKey === undefined ? [partitionKey] : [partitionKey, sortKey],
  );
  await client.send(
    new CreateTableCommand({
      TableName: table.name,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [...new Map(keys.map(({ name, type }) => [name, type]))].map(
        ([AttributeName, AttributeType]) => ({ AttributeName, AttributeType }),
      ),
      KeySchema: keySchema(table),
      ...(table.indexes === undefined
        ? {}
        : {
            GlobalSecondaryIndexes: table.indexes.map((index) => ({
              IndexName: index.name,
              KeySchema: keySchema(index),
              Projection: { ProjectionType: "ALL" as const },
            })),
          }),
    }),
  );
}

function keySchema({ partitionKey, sortKey }: { partitionKey: SampleKey; sortKey?: SampleKey }) {
  const range = sortKey === undefined ? [] : [{ AttributeName: sortKey.name, KeyType: "RANGE" as const }];
  return [{ AttributeName: partitionKey.name, KeyType: "HASH" as const }, ...range];
}
