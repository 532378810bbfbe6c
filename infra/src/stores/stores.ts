import type { DynamodbTable } from "@cdktf/provider-aws/lib/dynamodb-table/index.js";
import type { TableDescription } from "@rainhooks/dynamodb/table-description";
import type { StreamDescription } from "@rainhooks/webhook/resources";
import type { Construct } from "constructs";
import { type ArchivePlace, ArchiveResources } from "../archive/archive.ts";
import type { StageConfig } from "../config.ts";
import { deployedTables } from "../deployed.ts";
import type { StageData } from "./kept-data.ts";
import { makeTable } from "./tables.ts";

/** Where a stage keeps data. */
export interface StageStores {
  /** As their code describes them: a table of a store is deployed in two slots. */
  readonly tables: readonly TableDescription[];
  readonly archives: readonly { readonly archive: ArchiveResources; readonly stream: StreamDescription }[];
  /** The tables that are deployed, by their names within the stage. */
  readonly made: ReadonlyMap<string, DynamodbTable>;
  /** ARNs of tables and streams, by their names within the stage. */
  readonly arns: ReadonlyMap<string, string>;
}

/** Makes the tables and the archive. */
export function makeStores(
  scope: Construct,
  config: StageConfig,
  { tables, streams }: StageData,
  place: ArchivePlace,
): StageStores {
  const made = new Map(
    tables
      .flatMap((table) => deployedTables(config, table))
      .map((table) => [table.name, makeTable(scope, config, table)] as const),
  );
  const tableArns = [...made].map(([name, { arn }]) => [name, arn] as const);
  const archives = streams.map((stream) => ({
    archive: new ArchiveResources(scope, config, stream, place),
    stream,
  }));
  const streamArns = archives.map(({ archive, stream }) => [stream.name, archive.stream.arn] as const);
  return { tables, made, archives, arns: new Map([...tableArns, ...streamArns]) };
}
