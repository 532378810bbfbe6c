import {
  type AttributeDefinition,
  CreateTableCommand,
  type DynamoDBClient,
  type KeySchemaElement,
  ResourceInUseException,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import type { KeyAttribute, TableDescription } from "@rainhooks/core";
import { deployedName } from "@rainhooks/webhook/define";

const LONGEST_WAIT_S = 30;

/** Makes a table from its description, unless it exists. */
export async function provisionTable(
  dynamodb: DynamoDBClient,
  stage: string,
  table: TableDescription,
): Promise<void> {
  const TableName = deployedName(stage, table.name);
  try {
    await dynamodb.send(
      new CreateTableCommand({
        TableName,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: attributeDefinitions(table),
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
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
  await waitUntilTableExists({ client: dynamodb, maxWaitTime: LONGEST_WAIT_S, minDelay: 1 }, { TableName });
}

interface Keyed {
  readonly partitionKey: KeyAttribute;
  readonly sortKey?: KeyAttribute;
}

function keySchema({ partitionKey, sortKey }: Keyed): KeySchemaElement[] {
  return [
    { AttributeName: partitionKey.name, KeyType: "HASH" },
    ...(sortKey === undefined ? [] : [{ AttributeName: sortKey.name, KeyType: "RANGE" as const }]),
  ];
}

function attributeDefinitions(table: TableDescription): AttributeDefinition[] {
  const keys = [table, ...(table.indexes ?? [])].flatMap(({ partitionKey, sortKey }: Keyed) =>
    sortKey === undefined ? [partitionKey] : [partitionKey, sortKey],
  );
  const unique = new Map(keys.map(({ name, type }) => [name, type]));
  return [...unique].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType }));
}
