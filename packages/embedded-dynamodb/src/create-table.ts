import {
  type AttributeDefinition,
  CreateTableCommand,
  type DynamoDBClient,
  type KeySchemaElement,
  type Projection,
  ResourceInUseException,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import { type IndexDescription, keyAttributesOf, type TableDescription } from "@rainhooks/dynamodb";

/** A table is there at once, or almost. */
const WAIT_S = { minDelay: 0.01, maxDelay: 1, maxWaitTime: 30 };

/** Creates a table from its description, unless it exists. */
export async function createTable(
  client: DynamoDBClient,
  TableName: string,
  table: TableDescription,
): Promise<void> {
  const { indexes = [] } = table;
  try {
    await client.send(
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
