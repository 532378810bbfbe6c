import {
  type AttributeDefinition,
  CreateTableCommand,
  DynamoDBClient,
  type KeySchemaElement,
  type Projection,
  ResourceInUseException,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import { LOCAL_CREDENTIALS, LOCAL_REGION } from "@rainhooks/core/emulator";
import {
  type IndexDescription,
  keyAttributesOf,
  type TableDescription,
} from "@rainhooks/dynamodb/table-description";
import { listenOnLoopback } from "@rainhooks/testing/listen";
import dynalite, { type Dynalite } from "dynalite";
import { inProcess } from "./in-process.ts";

/** A DynamoDB for one test. */
export interface TestTables {
  readonly client: DynamoDBClient;
  /** Creates a client of its own, for a test that changes it. */
  newClient(): DynamoDBClient;
  /**
   * Creates a client that connects for every operation, for a test of what is in requests or
   * responses of HTTP.
   */
  newConnectingClient(): DynamoDBClient;
  create(table: TableDescription): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts a DynamoDB for a test, in memory or in a folder. Tables have the names of their
 * descriptions.
 */
export async function startTables(path?: string): Promise<TestTables> {
  const server = tablesServer(path);
  const endpoint = await listenOnLoopback(server);
  const { connect, settled } = inProcess(server);
  const newConnectingClient = () =>
    new DynamoDBClient({
      endpoint,
      region: LOCAL_REGION,
      credentials: LOCAL_CREDENTIALS,
      cacheMiddleware: true,
    });
  const newClient = () => {
    const client = newConnectingClient();
    connect(client);
    return client;
  };
  const client = newClient();
  return {
    client,
    newClient,
    newConnectingClient,
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

/** Other services than the embedded one may make a table later. */
const WAIT_S = { minDelay: 0.01, maxDelay: 1, maxWaitTime: 30 };

/** Creates a table from its description, unless it exists. */
export async function createTable(
  client: DynamoDBClient,
  TableName: string,
  table: TableDescription,
): Promise<void> {
  const { indexes = [] } = table;
  try {
    const { TableDescription } = await client.send(
      new CreateTableCommand({
        TableName,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: keyAttributesOf(table).map(
          ({ name, type }): AttributeDefinition => ({ AttributeName: name, AttributeType: type }),
        ),
        KeySchema: keySchema(table),
        ...(indexes.length === 0
          ? {}
          : {
              GlobalSecondaryIndexes: indexes.map((index) => ({
                IndexName: index.name,
                KeySchema: keySchema(index),
                Projection: projectionOf(index),
              })),
            }),
      }),
    );
    if (TableDescription?.TableStatus === "ACTIVE") return;
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
  await waitUntilTableExists({ client, ...WAIT_S }, { TableName });
}

function projectionOf({ projected }: IndexDescription): Projection {
  if (projected === undefined) return { ProjectionType: "KEYS_ONLY" };
  return { ProjectionType: "INCLUDE", NonKeyAttributes: [...projected] };
}

function keySchema({ partitionKey, sortKey }: Omit<IndexDescription, "name">): KeySchemaElement[] {
  return [
    { AttributeName: partitionKey.name, KeyType: "HASH" },
    ...(sortKey === undefined ? [] : [{ AttributeName: sortKey.name, KeyType: "RANGE" as const }]),
  ];
}

/** Creates a DynamoDB server that does not listen yet, with its data in a folder or in memory. */
export function tablesServer(path?: string): Dynalite {
  const atOnce = { createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 };
  return dynalite({ ...atOnce, ...(path === undefined ? {} : { path }) });
}
