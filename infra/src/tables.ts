import { DynamodbTable } from "@cdktf/provider-aws/lib/dynamodb-table/index.js";
import { keyAttributesOf, type TableDescription } from "@rainhooks/dynamodb";
import { deployedName } from "@rainhooks/webhook/define";
import type { Construct } from "constructs";
import type { StageConfig } from "./config.ts";

/** Makes a DynamoDB table from the description that the code uses. */
export function makeTable(
  scope: Construct,
  { name: stage, production }: StageConfig,
  table: TableDescription,
): DynamodbTable {
  const indexes = table.indexes ?? [];
  return new DynamodbTable(scope, `table-${table.name}`, {
    name: deployedName(stage, table.name),
    billingMode: "PAY_PER_REQUEST",
    hashKey: table.partitionKey.name,
    ...(table.sortKey === undefined ? {} : { rangeKey: table.sortKey.name }),
    attribute: keyAttributesOf(table),
    globalSecondaryIndex: indexes.map((index) => ({
      name: index.name,
      hashKey: index.partitionKey.name,
      ...(index.sortKey === undefined ? {} : { rangeKey: index.sortKey.name }),
      projectionType: "KEYS_ONLY",
    })),
    pointInTimeRecovery: { enabled: true },
    serverSideEncryption: { enabled: true },
    deletionProtectionEnabled: production,
    ...(table.ttlAttribute === undefined
      ? {}
      : { ttl: { enabled: true, attributeName: table.ttlAttribute } }),
    lifecycle: { preventDestroy: production },
  });
}
