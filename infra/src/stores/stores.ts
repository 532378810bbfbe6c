import { DynamodbTable } from "@cdktf/provider-aws/lib/dynamodb-table/index.js";
import { keyAttributesOf, type TableDescription } from "@rainhooks/dynamodb/table-description";
import { nameOf, TablesSchema } from "@rainhooks/stack/config/config";
import { complete } from "@rainhooks/stack/config/values";
import { tableEncryption } from "@rainhooks/stack/encryption";
import type { Construct } from "constructs";
import { type ArchivePlace, ArchiveResources } from "../archive/archive.ts";
import { deployedTables, type StageConfig } from "../config.ts";
import type { StageData } from "./stage-data.ts";

/**
 * Makes the tables and the archive.
 *
 * @returns The tables that are deployed, by their names within the stage, and the ARNs of tables
 * and streams.
 */
export function makeStores(
  scope: Construct,
  config: StageConfig,
  { tables, streams }: StageData,
  place: ArchivePlace,
) {
  const made: ReadonlyMap<string, DynamodbTable> = new Map(
    tables
      .flatMap((table) => deployedTables(config, table))
      .map((table) => [table.name, makeTable(scope, config, table)]),
  );
  const archives = streams.map((stream) => new ArchiveResources(scope, config, stream, place));
  const arns: ReadonlyMap<string, string> = new Map([
    ...[...made].map(([name, { arn }]) => [name, arn] as const),
    ...archives.map(({ description, stream }) => [description.name, stream.arn] as const),
  ]);
  return { made, archives, arns };
}

/** Returns for how many days the tables of a stage can be brought back. */
export function recoveryDaysOf({ tables }: Pick<StageConfig, "tables">): number {
  return complete(TablesSchema, tables).recoveryDays;
}

/** Makes a DynamoDB table from the description that the code uses. */
function makeTable(scope: Construct, config: StageConfig, table: TableDescription): DynamodbTable {
  const { production } = config;
  const indexes = table.indexes ?? [];
  return new DynamodbTable(scope, `table-${table.name}`, {
    name: nameOf(config, table.name),
    billingMode: "PAY_PER_REQUEST",
    hashKey: table.partitionKey.name,
    ...(table.sortKey === undefined ? {} : { rangeKey: table.sortKey.name }),
    attribute: keyAttributesOf(table),
    globalSecondaryIndex: indexes.map((index) => ({
      name: index.name,
      hashKey: index.partitionKey.name,
      ...(index.sortKey === undefined ? {} : { rangeKey: index.sortKey.name }),
      projectionType: index.projected === undefined ? "KEYS_ONLY" : "INCLUDE",
      ...(index.projected === undefined ? {} : { nonKeyAttributes: [...index.projected] }),
    })),
    pointInTimeRecovery: { enabled: true, recoveryPeriodInDays: recoveryDaysOf(config) },
    ...tableEncryption(config),
    deletionProtectionEnabled: production,
    ...(table.ttlAttribute === undefined
      ? {}
      : { ttl: { enabled: true, attributeName: table.ttlAttribute } }),
    lifecycle: { preventDestroy: production },
  });
}
