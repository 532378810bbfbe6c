import { EXTENSIONS } from "@rainhooks/app-list/extensions";
import { mergeTables, type TableDescription } from "@rainhooks/dynamodb/table-description";
import type { TableUse } from "@rainhooks/dynamodb/table-use";
import { isOfParts } from "@rainhooks/stack/function/deployment";
import { extensionTables } from "@rainhooks/stage/extension-data";
import { STAGE_TABLES } from "@rainhooks/stage/tables/stage-tables";
import { type FunctionDefinition, triggeredBy } from "@rainhooks/webhook/define-function";
import { type StreamDescription, streamsOf } from "@rainhooks/webhook/resources";
import { isDeployed, type StageConfig } from "../config.ts";

/** The tables and streams of a stage. */
export interface StageData {
  readonly tables: readonly TableDescription[];
  readonly streams: readonly StreamDescription[];
}

/** Returns the functions that have data of their own. Programs and requests use those of others. */
export function dataOwners(
  functions: readonly FunctionDefinition[],
): readonly FunctionDefinition[] {
  return triggeredBy(functions, "topics", "queue", "rate");
}

/**
 * Returns the tables and streams that are in the stack. Those of a function stay there although it
 * is not deployed, until the stage drops them by its name.
 *
 * @param functions All functions, deployed or not.
 * @throws {TypeError} if a table would be dropped that a deployed function needs.
 */
export function stageData(
  config: StageConfig,
  functions: readonly FunctionDefinition[],
): StageData {
  const { name: stage, dropData = [] } = config;
  const owners = dataOwners(
    functions.filter((one) =>
      one.optional === "production" ? isDeployed(config, one) : isOfParts(config, one),
    ),
  );
  const readers = functions.filter((one) => isDeployed(config, one));
  const dropped = owners.filter(({ name }) => dropData.includes(name));
  const others = owners.filter((owner) => !dropped.includes(owner));
  const common = commonTables(config);
  const kept = new Set([...common, ...tablesOf(others, isWritten)].map(({ name }) => name));
  const written = tablesOf(dropped, isWritten).map(({ name }) => name);
  const lost = new Set(written.filter((name) => !kept.has(name)));
  for (const reader of readers) {
    const needed = tablesOf([reader]).find(({ name }) => lost.has(name));
    if (needed !== undefined)
      throw new TypeError(
        `Stage ${stage}: dropData would delete the table ${needed.name}, which ${reader.name} reads. Set deployed of ${reader.name} to false first.`,
      );
  }
  const tables = [...common, ...tablesOf([...others, ...readers])];
  return {
    tables: mergeTables(tables).filter(({ name }) => !lost.has(name)),
    streams: [...new Map(others.flatMap(streamsOf).map((one) => [one.name, one])).values()],
  };
}

/** Tables that a stage has whatever functions it has, in the order of their names. */
function commonTables(config: StageConfig): TableDescription[] {
  const extensions = EXTENSIONS.filter(({ name: part }) => isOfParts(config, { part }));
  const all = [...STAGE_TABLES, ...extensionTables(extensions)];
  return all.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function tablesOf(
  functions: readonly FunctionDefinition[],
  isWanted: (use: TableUse) => boolean = () => true,
): TableDescription[] {
  return functions
    .flatMap(({ resources }) => Object.values(resources))
    .flatMap((resource) =>
      resource.kind === "table" && isWanted(resource) ? [resource.table] : [],
    );
}

const READS: ReadonlySet<string> = new Set([
  "dynamodb:BatchGetItem",
  "dynamodb:GetItem",
  "dynamodb:Query",
  "dynamodb:Scan",
]);

/** Whether a function writes to a table. What it only reads is the data of others. */
function isWritten({ actions }: TableUse): boolean {
  return actions.some((action) => !READS.has(action));
}
