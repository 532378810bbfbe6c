import { deployedTables, type TableDescription, type TableUse } from "@rainhooks/dynamodb";
import { STAGE_TABLES } from "@rainhooks/stage/stage-tables";
import { type FunctionDefinition, type StreamDescription, streamsOf } from "@rainhooks/webhook/define";
import type { StageConfig } from "../config/config.ts";

/** The tables and streams of a stage. */
export interface KeptData {
  readonly tables: readonly TableDescription[];
  readonly streams: readonly StreamDescription[];
}

/**
 * Returns the tables and streams that are in the stack. Those of a webhook or a scheduled function stay there although it is not
 * deployed, until the stage drops them by its name.
 *
 * @param functions `owners` have data, deployed or not. `readers` are the deployed functions that need the data of others.
 * @throws {TypeError} if a table would be dropped that a reader needs.
 */
export function keptData(
  { name: stage, dropData = [] }: StageConfig,
  functions: {
    readonly owners: readonly FunctionDefinition[];
    readonly readers: readonly FunctionDefinition[];
  },
): KeptData {
  const dropped = functions.owners.filter(({ name }) => dropData.includes(name));
  const others = functions.owners.filter((owner) => !dropped.includes(owner));
  const kept = new Set(tablesOf(others, isWritten).map(({ name }) => name));
  const written = tablesOf(dropped, isWritten).map(({ name }) => name);
  const lost = new Set(written.filter((name) => !kept.has(name)));
  for (const reader of functions.readers) {
    const needed = tablesOf([reader]).find(({ name }) => lost.has(name));
    if (needed !== undefined)
      throw new TypeError(
        `Stage ${stage}: dropData would delete the table ${needed.name}, which ${reader.name} reads. Set deployed of ${reader.name} to false first.`,
      );
  }
  const tables = [...STAGE_TABLES, ...tablesOf([...others, ...functions.readers])];
  return {
    tables: unique(tables)
      .filter(({ name }) => !lost.has(name))
      .flatMap(deployedTables),
    streams: unique(others.flatMap(streamsOf)),
  };
}

function unique<Named extends { readonly name: string }>(all: readonly Named[]): Named[] {
  return [...new Map(all.map((one) => [one.name, one])).values()];
}

function tablesOf(
  functions: readonly FunctionDefinition[],
  isWanted: (use: TableUse) => boolean = () => true,
): TableDescription[] {
  return functions
    .flatMap(({ resources }) => Object.values(resources))
    .flatMap((resource) => (resource.kind === "table" && isWanted(resource) ? [resource.table] : []));
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
